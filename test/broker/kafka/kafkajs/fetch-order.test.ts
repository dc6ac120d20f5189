import shuffle from 'kafkajs/src/utils/shuffle'
import type { TopicFetch } from '../../../../src/broker/kafka/kafkajs/fetch-order'
import { FetchOrder } from '../../../../src/broker/kafka/kafkajs/fetch-order'

/*
 * A broker fills its answer in the order of the request until it is full. One deep topic with more than an answer holds, and
 * a shallow one with a little in every fetch.
 */
const ANSWER = 8
const PER_PARTITION = 2
const DEEP = 12
const FETCHES = 600
/** In the first ones nothing is known of any partition. */
const FIRST = Math.ceil((DEEP + 1) / (ANSWER / PER_PARTITION))

type Sort = (topics: readonly TopicFetch[]) => readonly TopicFetch[]
type Came = (topics: readonly TopicFetch[], bytesOf: FetchedBytes) => void
type FetchedBytes = (topic: string, partition: number) => number | undefined

interface Taken {
  /** Longest that the shallow topic had to wait, in fetches. */
  readonly longest: number
  /** What the partitions of the deep topic brought, the least first. */
  readonly deep: readonly number[]
}

const asked: readonly TopicFetch[] = [
  { topic: 'deep', partitions: Array.from({ length: DEEP }, (_, partition) => ({ partition })) },
  { topic: 'shallow', partitions: [{ partition: 0 }] },
]

function fetches(sort: Sort, came: Came): Taken {
  const deep = Array<number>(DEEP).fill(0)
  let waited = 0
  let longest = 0
  for (let count = 0; count < FETCHES; count += 1) {
    const order = sort(asked)
    const brought = new Map<string, number>()
    let room = ANSWER
    for (const { topic, partitions } of order) {
      for (const { partition } of partitions) {
        const bytes = Math.min(room, topic === 'deep' ? PER_PARTITION : 0.001)
        room -= bytes
        brought.set(`${topic}/${partition}`, bytes)
        if (topic === 'deep') deep[partition] = (deep[partition] ?? 0) + bytes
      }
    }
    waited = (brought.get('shallow/0') ?? 0) > 0 ? 0 : waited + 1
    if (count >= FIRST) longest = Math.max(longest, waited)
    came(order, (topic, partition) => brought.get(`${topic}/${partition}`))
  }
  return { longest, deep: deep.sort((a, b) => a - b) }
}

test('a topic with little waits at most for the fetch under way, and those with much take turns', () => {
  const order = new FetchOrder()
  const { longest, deep } = fetches(
    (topics) => order.sorted(topics),
    (topics, bytesOf) => order.came(topics, bytesOf),
  )
  expect(longest).toBeLessThanOrEqual(1)
  expect(deep.at(-1)).toBeLessThanOrEqual((deep[0] ?? 0) * 1.1)
})

test.each<[string, Sort]>([
  ['the order of the topics', (topics) => topics],
  ["KafkaJS' shuffle", (topics) => shuffled(topics)],
])('%s makes a topic with little wait longer', (_, sort) => {
  expect(fetches(sort, () => undefined).longest).toBeGreaterThan(1)
})

function shuffled(topics: readonly TopicFetch[]): readonly TopicFetch[] {
  const all = topics.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partitions: [partition] })),
  )
  return shuffle(all)
}
