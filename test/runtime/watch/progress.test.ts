import { FactsError } from '../../../src/errors'
import type { Log } from '../../../src/broker/ports'
import { MemoryBackend } from '../../../src/runtime/state/memory-backend'
import type { StateBackend } from '../../../src/runtime/state/state-backend'
import { StreamApp } from '../../../src/runtime/stream-app'
import { createLogger } from '../../../src/telemetry'
import { internalTopics } from '../../../src/topology/internal-topics'
import { HangingLog } from '../../support/hanging-log'
import { APPLICATION, ToyWorld } from '../../support/toy-app'
import { INPUT, OUTPUT, TABLE, toyTopology } from '../../support/toy-topology'
import { waitFor } from '../../support/wait-for'
import { wrapProducer } from '../../support/wrap-producer'

const STALL_MS = 60
const logger = createLogger({ level: 'silent', format: 'json' })

let world: ToyWorld
let apps: StreamApp[]
beforeEach(() => {
  world = new ToyWorld()
  apps = []
})
afterEach(async () => {
  await Promise.all(apps.map((app) => app.stop()))
  await world.stop()
})

async function started(
  log: Log = world.log(),
  applicationId = APPLICATION,
  state: StateBackend = world.state,
): Promise<StreamApp> {
  const { metrics } = world
  const app = new StreamApp({
    applicationId,
    topology: toyTopology(),
    log,
    state,
    metrics,
    logger,
    stallMs: STALL_MS,
    lookMs: 10,
    stopMs: 50,
  })
  apps.push(app)
  await app.start()
  return app
}

const lags = async (): Promise<readonly number[]> =>
  (await world.metrics.lag.get()).values
    .filter(({ labels }) => labels.topic === INPUT)
    .map(({ value }) => value)

describe('ready means progress:', () => {
  test.each([
    ['a commit', 'commit'],
    ['a restore', 'readRange'],
    ["the tables' catching up", 'reader.catchUp'],
    ['the taking of a partition', 'producer'],
  ])(
    '%s that does not move ends it, with the reason, and it is ready again afterwards',
    async (_, request) => {
      world.write(INPUT, 'a=count')
      const before = await started()
      await world.settled()
      await before.stop()
      world.write(INPUT, 'a=count')
      const log = new HangingLog(
        world.log(),
        request === 'reader.catchUp' ? 2 : 1,
        new RegExp(`^${request}$`),
      )
      const app = await started(log)
      await waitFor('the hang', () => log.hanging)
      await waitFor('the stall', () => app.stalled.some((what) => what.startsWith('the ')))
      expect([app.state, app.ready]).toEqual(['running', false])
      expect(app.stalled.join()).toMatch(
        /the (batch|opening) of input partition \d .*has not moved for \d+ s/,
      )
      log.release()
      await world.settled()
      await waitFor('ready', () => app.ready)
    },
  )

  test('it comes with the state of every task, though nothing waits to be processed', async () => {
    world.write(INPUT, 'a=count', 'b=count', 'c=count', 'd=count')
    const before = await started()
    await world.settled()
    await before.stop()
    const log = new HangingLog(world.log(), 1, /^readRange$/)
    const app = await started(log, APPLICATION, new MemoryBackend())
    await waitFor('the hang', () => log.hanging)
    expect([app.state, app.ready]).toEqual(['running', false])
    expect(app.opening.join()).toMatch(/input partition \d/)
    log.release()
    await waitFor('ready', () => app.ready)
    expect(app.opening).toEqual([])
  })

  test('a partition that never held a record, and an instance without a partition, hold it up no longer', async () => {
    const apps = []
    for (let count = 0; count < 4; count += 1) apps.push(await started())
    for (const app of apps) await waitFor('ready', () => app.ready)
    expect(apps.map(({ partitions }) => partitions.length).sort()).toEqual([0, 1, 1, 1])
  })

  test('a task that cannot be opened yet is opened as soon as it can be', async () => {
    world.write(INPUT, 'a=count')
    const before = await started()
    await world.settled()
    await before.stop()
    const log = world.log()
    let refusals = 3
    const app = await started(
      wrapProducer(log, (id) => {
        refusals -= 1
        return refusals < 0 ? log.producer(id) : Promise.reject(outage())
      }),
    )
    await waitFor('ready', () => app.ready)
    expect(refusals).toBeLessThan(0)
  })

  test('a batch that is redone again and again has not moved', async () => {
    const log = world.log()
    let isOut = true
    world.write(INPUT, 'a=1')
    const app = await started(
      wrapProducer(log, (id) => {
        if (!isOut) return log.producer(id)
        return Promise.reject(outage())
      }),
    )
    await waitFor('not ready', () => !app.ready)
    isOut = false
    await world.settled()
    await waitFor('ready', () => app.ready)
  })
})

describe('lag is measured by the clock:', () => {
  test('it grows while a batch hangs, and goes when it commits', async () => {
    const log = new HangingLog(world.log(), 1, /^commit$/)
    await started(log)
    world.write(INPUT, 'a=1')
    await waitFor('the hang', () => log.hanging)
    world.write(INPUT, 'a=2', 'a=3')
    await waitFor('the lag', async () => Math.max(...(await lags())) === 3)
    log.release()
    await waitFor('no lag', async () => Math.max(...(await lags())) === 0)
  })

  test('what is left of a transaction without records is no lag', async () => {
    world.write(INPUT, 'a=1')
    const log = new HangingLog(world.log(), 0, /^offsets$/)
    const app = await started(log)
    await world.settled()
    const producer = await world.log().producer('other')
    const transaction = await producer.begin()
    const partition = (world.broker.partitionsOf(INPUT) ?? []).findIndex(({ high }) => high > 0)
    await transaction.send([
      { topic: INPUT, partition, key: null, value: Buffer.from('x'), timestamp: 1n, headers: {} },
    ])
    await transaction.abort()
    const before = log.requests
    await waitFor('some more looks', () => log.requests > before + 20)
    await waitFor('no lag', async () => Math.max(...(await lags())) === 0)
    await waitFor('ready', () => app.ready)
  })
})

describe('a partition that is added while it runs', () => {
  test.each([INPUT, OUTPUT])('to %s stops it, with what to do', async (topic) => {
    const app = await started()
    world.broker.addPartitions(topic, 4)
    await expect(app.failed).rejects.toMatchObject({
      code: 'PARTITIONS_CHANGED',
      message: expect.stringContaining(
        `${topic} had 3 partitions when this pipeline started, and has 4 now`,
      ),
      coordinates: { topic },
    })
    expect([app.state, app.ready]).toEqual(['failed', false])
  })

  test('is read by an application with a new id, as the message says', async () => {
    world.write(INPUT, 'a=1', 'b=2')
    const app = await started()
    world.broker.addPartitions(INPUT, 4)
    await expect(app.failed).rejects.toMatchObject({ code: 'PARTITIONS_CHANGED' })
    await app.stop()
    const made = world.output().length
    for (const { topic } of internalTopics(toyTopology(), 'new')) world.broker.createTopic(topic, 4)
    await started(world.log(), 'new')
    world.append([
      {
        topic: INPUT,
        partition: 3,
        key: Buffer.from('c'),
        value: Buffer.from('3'),
        timestamp: 1n,
        headers: {},
      },
    ])
    await waitFor('the outputs', () => world.output().length === made + 3)
    expect([...world.output().slice(-3)].sort()).toEqual(expect.arrayContaining(['c=3']))
  })

  test('to a looked-up topic is read', async () => {
    const app = await started()
    world.broker.addPartitions(TABLE, 4)
    world.append([
      {
        topic: TABLE,
        partition: 3,
        key: Buffer.from('a'),
        value: Buffer.from('row'),
        timestamp: 1n,
        headers: {},
      },
    ])
    world.write(INPUT, 'a=1')
    expect(await world.outputs(1)).toEqual(['a=1+row'])
    await waitFor('ready', () => app.ready)
  })
})

function outage(): Error {
  return new FactsError('BROKER_UNAVAILABLE', 'no broker')
}
