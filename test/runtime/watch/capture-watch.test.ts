import type { PartitionOffsets } from '../../../src/broker/ports'
import { FactsError } from '../../../src/errors'
import { CaptureWatch } from '../../../src/runtime/watch/capture-watch'
import { Metrics } from '../../../src/telemetry'

const HEARTBEATS = '__debezium-heartbeat.m'
const INPUT = 'm.public.a'

let ends: Map<string, bigint>
let isAway: boolean
let now: number
let said: string[]
let metrics: Metrics
let watch: CaptureWatch

beforeEach(() => {
  ends = new Map([
    [HEARTBEATS, 5n],
    [INPUT, 0n],
  ])
  isAway = false
  now = 1_000_000
  said = []
  metrics = new Metrics()
  watch = made(30_000)
})

function made(silentMs: number): CaptureWatch {
  const say = (_: unknown, line?: string): void => void said.push(line ?? '')
  return new CaptureWatch({
    admin: {
      offsets: (topic) => {
        if (isAway) return Promise.reject(new FactsError('BROKER_UNAVAILABLE', 'away'))
        const high = ends.get(topic)
        if (high === undefined) return Promise.reject(new FactsError('TOPIC_MISSING', topic))
        return Promise.resolve(new Map<number, PartitionOffsets>([[0, { low: 0n, high }]]))
      },
    },
    connectors: [{ name: 'm', heartbeats: HEARTBEATS, inputs: [INPUT, 'm.public.missing'] }],
    logger: { warn: say, info: say, debug: () => undefined } as never,
    metrics,
    silentMs,
    now: () => now,
  })
}

const grow = (topic: string): unknown => ends.set(topic, (ends.get(topic) ?? 0n) + 1n)

async function after(seconds: number): Promise<readonly string[]> {
  now += seconds * 1_000
  await watch.look()
  return watch.findings()
}

test('a connector without heartbeats for so long captures nothing: it is said, once, and until it does again', async () => {
  await watch.look()
  expect(await after(29)).toEqual([])
  expect(await after(2)).toEqual([
    expect.stringMatching(
      /^nothing has been captured by m for 31 s: it does not reach its database/,
    ),
  ])
  expect(await after(11)).toEqual([expect.stringContaining('for 42 s')])
  expect((await metrics.captureSilence.get()).values).toMatchObject([
    { labels: { connector: 'm' }, value: 42 },
  ])
  grow(HEARTBEATS)
  expect(await after(1)).toEqual([])
  expect(said).toEqual([expect.stringContaining('for 31 s'), 'Changes are captured again'])
})

test('changes that come are a sign as well', async () => {
  await watch.look()
  for (let look = 0; look < 5; look += 1) {
    grow(INPUT)
    expect(await after(20)).toEqual([])
  }
})

test.each([
  ['has not written a heartbeat yet', 0n],
  ['has no topic of heartbeats', undefined],
])('a connector that %s is not watched', async (_, end) => {
  if (end === undefined) ends.delete(HEARTBEATS)
  else ends.set(HEARTBEATS, end)
  await watch.look()
  expect(await after(3_600)).toEqual([])
})

test('while Kafka is away nothing is concluded', async () => {
  await watch.look()
  isAway = true
  expect(await after(60)).toEqual([])
})

test('it can be switched off', async () => {
  watch = made(0)
  await watch.look()
  expect(await after(3_600)).toEqual([])
})
