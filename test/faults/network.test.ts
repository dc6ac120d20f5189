import { endTxnError, readEndTxn } from '../support/end-txn'
import type { KafkaRequest } from '../support/kafka-frames'
import type { ChangingRows } from './changing-rows'
import { NOTHING } from './checker'
import type { NetworkLine } from './network-line'
import { note, onNetworkLine, restores } from './network-suite'

/*
 * A bad network between the pipelines and the broker. After each fault every fact is compared with the database's history.
 */
jest.setTimeout(300_000)
/** Kafka's INVALID_PRODUCER_EPOCH and PRODUCER_FENCED. */
const FENCED = [47, 90]

/** How long nothing passes: longer than a session and than a request may last. */
const PARTITION_MS = Number(process.env['TEST_PARTITION_SECONDS'] ?? 20) * 1_000
/** Longest until dead connections are given up: a request is given 15 s, and then the group is joined again. */
const NOTICED_MS = 45_000

let network: NetworkLine
let rows: ChangingRows
onNetworkLine((line, changing) => {
  network = line
  rows = changing
})

const isCommit = (request: KafkaRequest): boolean => readEndTxn(request)?.isCommit === true

test('when the reply of a commit is lost, the pipeline finds out what was committed, and continues', async () => {
  const pipeline = network.pipeline()
  rows.keepChanging()
  await rows.flowing()
  for (let time = 0; time < 3; time += 1) {
    await network.proxy.next(isCommit, () => 'reply is lost')
    await rows.flowing()
  }
  expect(await rows.compare()).toEqual(NOTHING)
  expect(pipeline.child.exitCode).toBeNull()
  expect(await restores(pipeline)).toBe(3)
})

test('a commit that comes late, into the next transaction of its task, is refused, and tears nothing', async () => {
  const pipeline = network.pipeline()
  rows.keepChanging()
  await rows.flowing()
  for (let time = 0; time < 3; time += 1) {
    const late = await network.proxy.next(isCommit, () => 'held')
    const id = readEndTxn(late)?.transactionalId
    let answer: number | undefined
    await network.proxy.next(
      (request) => readEndTxn(request)?.transactionalId === id,
      async () => {
        answer = endTxnError(late, await network.proxy.deliver(late))
        return 'passes' as const
      },
    )
    expect(FENCED).toContain(answer)
    await rows.flowing()
  }
  expect(await rows.compare()).toEqual(NOTHING)
  expect(pipeline.child.exitCode).toBeNull()
  expect(await restores(pipeline)).toBe(3)
})

test('over a slow network nothing is given up, and what has piled up is caught up with', async () => {
  // More than such a network transmits in the time that a request is given.
  await rows.change(150)
  network.proxy.become({ latencyMs: 100, jitterMs: 50, bytesPerSecond: 375_000 })
  const pipeline = network.pipeline()
  await pipeline.ready()
  rows.keepChanging(1_000)
  const caughtUp = await rows.flowing(240_000)
  note('slow network: caught up', caughtUp)
  note('slow network: flowing', await rows.flowing())
  expect(await rows.compare()).toEqual(NOTHING)
  expect(await restores(pipeline)).toBe(0)
  expect(await pipeline.counted('facts_transactions_total', 'given_up')).toBe(0)
  expect(await pipeline.counted('facts_rebalances_total')).toBe(1)
})

test('a pipeline that is cut off for longer than its session lasts is replaced, and comes back by itself', async () => {
  const cutOff = network.pipeline()
  const other = network.directPipeline()
  await network.shared(cutOff, other)
  rows.keepChanging()
  await rows.flowing()
  network.proxy.become({ blackHole: 'both' })
  const until = Date.now() + PARTITION_MS
  note('cut off: others have taken over', await rows.flowing())
  while (Date.now() < until) await rows.flowing()
  await network.proxy.heal()
  const healed = Date.now()
  await network.shared(cutOff, other)
  note('cut off: back in the group', Date.now() - healed)
  await rows.flowing()
  expect(await rows.compare()).toEqual(NOTHING)
  expect([cutOff.child.exitCode, other.child.exitCode]).toEqual([null, null])
})

test('a pipeline whose requests pass while their replies do not continues when they do', async () => {
  const pipeline = network.pipeline()
  rows.keepChanging()
  await rows.flowing()
  network.proxy.become({ blackHole: 'replies' })
  await new Promise((resolve) => setTimeout(resolve, PARTITION_MS))
  await network.proxy.heal()
  note('replies stuck: flowing', await rows.flowing())
  expect(await rows.compare()).toEqual(NOTHING)
  expect(pipeline.child.exitCode).toBeNull()
})

test('a pipeline that is refused for a while continues afterwards', async () => {
  const pipeline = network.pipeline()
  rows.keepChanging()
  await rows.flowing()
  await network.proxy.refuse()
  await new Promise((resolve) => setTimeout(resolve, PARTITION_MS))
  await network.proxy.heal()
  note('refused: flowing', await rows.flowing())
  expect(await rows.compare()).toEqual(NOTHING)
  expect(pipeline.child.exitCode).toBeNull()
})

test('bytes that arrive one to seven at a time make the same facts', async () => {
  const pipeline = network.pipeline()
  await pipeline.ready()
  network.proxy.become({ sliceBytes: 7 })
  await rows.change(3)
  expect(await rows.compare()).toEqual(NOTHING)
  expect(await restores(pipeline)).toBe(0)
})

test('connections that are dead without a word are noticed in bounded time', async () => {
  const pipeline = network.pipeline()
  rows.keepChanging()
  await rows.flowing()
  network.proxy.silence()
  const stall = await rows.flowing()
  note('half-open: flowing', stall)
  expect(stall).toBeLessThan(NOTICED_MS)
  expect(await rows.compare()).toEqual(NOTHING)
  expect(pipeline.child.exitCode).toBeNull()
})
