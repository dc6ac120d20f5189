import { randomInt } from 'node:crypto'
import { createLogger } from '../../src/telemetry'
import { countAbortMarkers } from '../support/abort-markers'
import type { KafkaRequest } from '../support/kafka-frames'
import type { PipelineProcess } from '../support/pipeline-process'
import { CHANGES, FACTS } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { ChangingRows } from './changing-rows'
import { NOTHING } from './checker'
import { NetworkLine } from './network-line'

/*
 * A bad network between the pipelines and the broker. After each fault every fact is compared with the database's history.
 */
jest.setTimeout(300_000)
const INIT_PRODUCER_ID = 22
const END_TXN = 26
/** Kafka's INVALID_PRODUCER_EPOCH and PRODUCER_FENCED. */
const FENCED = [47, 90]

/** How long nothing passes: longer than a session and than a request may last. */
const PARTITION_MS = Number(process.env['TEST_PARTITION_SECONDS'] ?? 20) * 1_000
/** Instances that come and go, half of them killed. */
const GUESTS = Number(process.env['TEST_GUESTS'] ?? 6)
/** A planned restart holds facts up for about a second, on a machine with other work longer, and never for a session. */
const STALL_MS = 45_000
const LONG_SESSION = { FACTS_PIPELINE_SESSION_TIMEOUT_MS: '60000' }
/** Longest until dead connections are given up: a request is given 15 s, and then the group is joined again. */
const NOTICED_MS = 45_000
const HIJACKS = 3
const KILLS = 3

let network: NetworkLine
let rows: ChangingRows
let tests = 0
beforeAll(async () => {
  network = await NetworkLine.start()
}, 300_000)
beforeEach(async () => {
  tests += 1
  rows = await ChangingRows.start(network.line, tests * 1_000)
})
afterEach(async () => {
  await rows.stop()
  await network.clear()
}, 120_000)
afterAll(() => network.stop(), 60_000)

/** The transactional id, which EndTxn begins with, as AddPartitionsToTxn does. */
const transactionalId = ({ body }: KafkaRequest): string =>
  body.toString('utf8', 2, 2 + body.readInt16BE(0))
const isCommit = ({ apiKey, body }: KafkaRequest): boolean =>
  apiKey === END_TXN && body.readInt8(body.length - 1) === 1

/** How often tasks began anew from what was committed, because they did not know how a transaction had ended. */
const restores = (pipeline: PipelineProcess): Promise<number> =>
  pipeline.counted('facts_task_restores_total')

const abortMarkers = (): Promise<number> => {
  const { brokers } = network.line.config.kafka
  const logger = createLogger({ level: 'silent', format: 'json' })
  return countAbortMarkers({ brokers, clientId: 'test', logger }, FACTS)
}
/** Until they have three partitions each. */
const shared = (...pipelines: readonly PipelineProcess[]): Promise<true> =>
  waitFor(
    'three partitions each',
    async () => {
      const shares = await Promise.all(pipelines.map((pipeline) => pipeline.partitions(CHANGES)))
      return shares.every((share) => share === 3)
    },
    120_000,
  )
/** Figures for docs/faults.md. */
const note = (what: string, milliseconds: number): void =>
  void process.stdout.write(`${what} ${(milliseconds / 1_000).toFixed(1)} s\n`)

test('when the reply of a commit is lost, the pipeline finds out what was committed, and goes on', async () => {
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
    const id = transactionalId(late)
    let answer: Buffer | undefined
    await network.proxy.next(
      (request) => request.apiKey === END_TXN && transactionalId(request) === id,
      async () => {
        answer = await network.proxy.deliver(late)
        return 'passes' as const
      },
    )
    expect(FENCED).toContain(answer?.readInt16BE(4))
    await rows.flowing()
  }
  expect(await rows.compare()).toEqual(NOTHING)
  expect(pipeline.child.exitCode).toBeNull()
  expect(await restores(pipeline)).toBe(3)
})

test('over a slow network nothing is given up, and what has piled up is caught up with', async () => {
  // More than such a network transmits in the time that a request is given.
  await rows.change(220)
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
  await shared(cutOff, other)
  rows.keepChanging()
  await rows.flowing()
  network.proxy.become({ blackHole: 'both' })
  const until = Date.now() + PARTITION_MS
  note('cut off: others have taken over', await rows.flowing())
  while (Date.now() < until) await rows.flowing()
  await network.proxy.heal()
  const healed = Date.now()
  await shared(cutOff, other)
  note('cut off: back in the group', Date.now() - healed)
  await rows.flowing()
  expect(await rows.compare()).toEqual(NOTHING)
  expect([cutOff.child.exitCode, other.child.exitCode]).toEqual([null, null])
})

test('a pipeline whose requests pass while their replies do not goes on when they do', async () => {
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

test('a pipeline that is refused for a while goes on afterwards', async () => {
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

test('instances that are stopped and started one after the other abort nothing, and hardly stall', async () => {
  const aborted = await abortMarkers()
  let instances = [network.pipeline(LONG_SESSION), network.pipeline(LONG_SESSION)]
  await shared(...instances)
  rows.keepChanging()
  await rows.flowing()
  let longest = 0
  for (const old of instances) {
    old.kill('SIGTERM')
    longest = Math.max(longest, await rows.flowing())
    expect(await old.exit()).toBe(0)
    const fresh = network.pipeline(LONG_SESSION)
    instances = [...instances.filter((it) => it !== old), fresh]
    let isShared = false
    const sharing = shared(...instances).then(() => (isShared = true))
    const isWatched = (): boolean => !isShared
    while (isWatched()) longest = Math.max(longest, await rows.flowing())
    await sharing
  }
  note('rolling restart: longest', longest)
  expect(await rows.compare()).toEqual(NOTHING)
  expect(await abortMarkers()).toBe(aborted)
  expect(longest).toBeLessThan(STALL_MS)
})

test('a pipeline that was killed makes facts again soon after its restart, and waits for no session', async () => {
  const env = { ...LONG_SESSION, FACTS_PIPELINE_INSTANCE_ID: 'killed' }
  let pipeline = network.directPipeline(env)
  rows.keepChanging()
  await rows.flowing()
  let longest = 0
  for (let time = 0; time < KILLS; time += 1) {
    pipeline.kill('SIGKILL')
    await pipeline.exit()
    const started = Date.now()
    pipeline = network.directPipeline(env)
    const flowing = rows.flowing()
    await pipeline.ready()
    const ready = Date.now()
    note('killed: ready', ready - started)
    await flowing
    note('killed: flowing after that', Date.now() - ready)
    longest = Math.max(longest, Date.now() - ready)
  }
  expect(await rows.compare()).toEqual(NOTHING)
  expect(longest).toBeLessThan(STALL_MS)
})

test('while instances come and go, facts go on, each once', async () => {
  const steady = network.pipeline()
  rows.keepChanging()
  await rows.flowing()
  const before = await steady.counted('facts_rebalances_total')
  const guests = async (signal: NodeJS.Signals): Promise<void> => {
    for (let count = 0; count < GUESTS / 2; count += 1) {
      const guest = network.pipeline()
      await guest.ready()
      await new Promise((resolve) => setTimeout(resolve, randomInt(1_000, 3_001)))
      guest.kill(signal)
    }
  }
  let isStorm = true
  const storm = Promise.all([guests('SIGTERM'), guests('SIGKILL')]).finally(() => (isStorm = false))
  const isStorming = (): boolean => isStorm
  let longest = 0
  while (isStorming()) longest = Math.max(longest, await rows.flowing())
  await storm
  note('rebalance storm: longest', longest)
  // Each comes, and each goes.
  expect((await steady.counted('facts_rebalances_total')) - before).toBeGreaterThan(GUESTS / 2)
  expect(await rows.compare()).toEqual(NOTHING)
  expect(steady.child.exitCode).toBeNull()
})

test('two copies of a deployment share the work instead of fencing each other', async () => {
  const copies = [
    network.pipeline({ FACTS_PIPELINE_INSTANCE_ID: 'blue' }),
    network.pipeline({ FACTS_PIPELINE_INSTANCE_ID: 'green' }),
  ]
  await shared(...copies)
  rows.keepChanging()
  await rows.flowing()
  const initialised = network.proxy.count(INIT_PRODUCER_ID)
  for (let time = 0; time < 5; time += 1) await rows.flowing()
  expect(network.proxy.count(INIT_PRODUCER_ID)).toBe(initialised)
  expect(await rows.compare()).toEqual(NOTHING)
})

test('of two copies under one name the younger stays, and the older ends and says why', async () => {
  const env = { FACTS_PIPELINE_INSTANCE_ID: 'same' }
  const older = network.pipeline(env)
  await older.ready()
  rows.keepChanging()
  await rows.flowing()
  const younger = network.pipeline(env)
  expect(await older.exit()).toBe(1)
  expect(older.log).toContain('INSTANCE_REPLACED')
  await rows.flowing()
  expect(await rows.compare()).toEqual(NOTHING)
  expect(younger.child.exitCode).toBeNull()
})

test('somebody who takes over the transactional id of a task fences it, and when he is gone it is not fenced again', async () => {
  const pipeline = network.pipeline()
  rows.keepChanging()
  await rows.flowing()
  for (let time = 0; time < HIJACKS; time += 1) {
    const thief = await network.line.log.producer(`wildapp.${CHANGES}.0`)
    await thief.close()
    await rows.flowing()
  }
  // The task may be back before the thief is done, who asks again while a transaction is being ended.
  const fenced = await restores(pipeline)
  expect(fenced).toBeGreaterThanOrEqual(HIJACKS)
  expect(fenced).toBeLessThanOrEqual(2 * HIJACKS)
  const initialised = network.proxy.count(INIT_PRODUCER_ID)
  for (let time = 0; time < 5; time += 1) await rows.flowing()
  expect(network.proxy.count(INIT_PRODUCER_ID)).toBe(initialised)
  expect(await restores(pipeline)).toBe(fenced)
  expect(await rows.compare()).toEqual(NOTHING)
  expect(pipeline.child.exitCode).toBeNull()
})
