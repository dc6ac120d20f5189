import { FactsError } from '../../src/errors'
import type { Log, LogAdmin, Reader } from '../../src/broker/ports'
import { StreamApp } from '../../src/runtime/stream-app'
import { createLogger } from '../../src/telemetry'
import { APPLICATION, ToyWorld } from '../support/toy-app'
import { INPUT, TABLE, toyTopology } from '../support/toy-topology'

/*
 * A broker that dies while an application starts: for some seconds partitions have no leader, and no operator has to act.
 */
let world: ToyWorld
beforeEach(() => {
  world = new ToyWorld()
})
afterEach(() => world.stop())

/** A log whose questions fail until there were so many failures of each. */
function awayAtFirst(failures: number, code: 'BROKER_UNAVAILABLE' | 'NOT_AUTHORIZED'): Log {
  const inner = world.log()
  const seen = new Map<string, number>()
  const ask = <T>(what: string, question: () => Promise<T>): Promise<T> => {
    const count = (seen.get(what) ?? 0) + 1
    seen.set(what, count)
    if (count > failures) return question()
    return Promise.reject(new FactsError(code, `${what}: no leader`))
  }
  const { admin } = inner
  const asked: LogAdmin = {
    partitionCounts: (topics) => ask('partitions', () => admin.partitionCounts(topics)),
    topicSetting: (...args) => ask('settings', () => admin.topicSetting(...args)),
    createTopics: (topics) => admin.createTopics(topics),
    offsets: (topic) => admin.offsets(topic),
    committed: (...args) => admin.committed(...args),
  }
  const reader = (topics: readonly string[]): Reader => {
    const own = inner.reader(topics)
    return {
      start: (...args) => ask('reader.start', () => own.start(...args)),
      catchUp: () => ask('reader.catchUp', () => own.catchUp()),
      stop: () => own.stop(),
    }
  }
  return {
    admin: asked,
    reader,
    readRange: (...args) => inner.readRange(...args),
    groupConsumer: (options) => inner.groupConsumer(options),
    producer: (id) => inner.producer(id),
    close: () => inner.close(),
  }
}

const appOn = (log: Log, startMs: number): StreamApp =>
  new StreamApp({
    applicationId: APPLICATION,
    topology: toyTopology(),
    log,
    state: world.state,
    logger: createLogger({ level: 'silent', format: 'json' }),
    metrics: world.metrics,
    patience: { requestMs: 60_000, joinMs: 60_000, startMs },
  })

test('an application that starts during it waits for the leaders, and reads its tables once', async () => {
  world.write(TABLE, 'a=row')
  world.write(INPUT, 'a=count')
  const app = appOn(awayAtFirst(2, 'BROKER_UNAVAILABLE'), 60_000)
  await app.start()
  expect(await world.outputs(1)).toEqual(['a=count#1+row'])
  await app.stop()
})

test('what stays away ends the start with the reason', async () => {
  const app = appOn(awayAtFirst(1_000, 'BROKER_UNAVAILABLE'), 400)
  await expect(app.start()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' })
  await app.stop()
})

test('what time does not fix ends the start at once', async () => {
  const app = appOn(awayAtFirst(1, 'NOT_AUTHORIZED'), 60_000)
  await expect(app.start()).rejects.toMatchObject({ code: 'NOT_AUTHORIZED' })
  await app.stop()
})

test('a stop ends the waiting', async () => {
  const app = appOn(awayAtFirst(1_000, 'BROKER_UNAVAILABLE'), 60_000)
  const starting = app.start()
  const over = expect(starting).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' })
  await app.stop()
  await over
})
