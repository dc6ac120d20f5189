import { randomInt } from 'node:crypto'
import { createLogger } from '../../src/telemetry'
import { countAbortMarkers } from '../support/abort-markers'
import { CHANGES, FACTS } from '../support/running-line'
import type { ChangingRows } from './changing-rows'
import { NOTHING } from './checker'
import type { NetworkLine } from './network-line'
import { note, onNetworkLine, restores } from './network-suite'

/*
 * Instances of the pipeline that come, go and get in each other's way. Afterwards every fact is compared with the database's
 * history.
 */
jest.setTimeout(300_000)
const INIT_PRODUCER_ID = 22
/** Instances that come and go, half of them killed. */
const GUESTS = Number(process.env['TEST_GUESTS'] ?? 6)
/** A planned restart holds facts up for about a second, on a machine with other work longer, and never for a session. */
const STALL_MS = 45_000
const LONG_SESSION = { FACTS_PIPELINE_SESSION_TIMEOUT_MS: '60000' }
const HIJACKS = 3
const KILLS = 3

let network: NetworkLine
let rows: ChangingRows
onNetworkLine((line, changing) => {
  network = line
  rows = changing
})

const abortMarkers = (): Promise<number> => {
  const { brokers } = network.line.config.kafka
  const logger = createLogger({ level: 'silent', format: 'json' })
  return countAbortMarkers({ brokers, clientId: 'test', logger }, FACTS)
}

test('instances that are stopped and started one after the other abort nothing, and hardly stall', async () => {
  const aborted = await abortMarkers()
  let instances = [network.pipeline(LONG_SESSION), network.pipeline(LONG_SESSION)]
  await network.shared(...instances)
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
    const sharing = network.shared(...instances).then(() => (isShared = true))
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

test('while instances start and stop, facts continue, each once', async () => {
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
  await network.shared(...copies)
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

test('another producer with the transactional id of a task fences it, and after its end it is not fenced again', async () => {
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
