import { MemoryBackend } from '../../src/runtime/state/memory-backend'
import { StreamApp } from '../../src/runtime/stream-app'
import { Metrics, createLogger } from '../../src/telemetry'
import { APPLICATION, ToyWorld } from '../support/toy-app'
import { HangingLog } from '../support/hanging-log'
import { INPUT, toyTopology } from '../support/toy-topology'
import { waitFor } from '../support/wait-for'

/*
 * KafkaJS learns that a partition has moved from a fetch of another one: nothing reports it to the batch in progress.
 */
const logger = createLogger({ level: 'silent', format: 'json' })
/** What is asked for a batch: opening the task, its transaction, the tables. */
const OF_A_BATCH =
  /^(heartbeat|producer|committed|offsets|readRange|begin|send|commitOffsets|commit|settled|reader.catchUp)$/

const KEYS = Array.from({ length: 12 }, (_, index) => `k${index}`)

let world: ToyWorld
afterEach(() => world.stop())

/** Takes the partitions away while the n-th request for a batch is under way; which one that was. */
async function takenAwayAt(request: number): Promise<string | undefined> {
  world = new ToyWorld()
  world.write(INPUT, 'a=count')
  const before = await world.start()
  await world.settled()
  await before.stop()
  world.write(INPUT, 'a=count', 'a=count')
  const log = new HangingLog(world.log(), request, OF_A_BATCH)
  log.onHang = () => {
    log.assign({ generation: 99, partitions: [] })
    setImmediate(log.release)
  }
  const app = world.app(log, new MemoryBackend())
  const failed = app.failed.catch((error: unknown) => `at ${log.hanging}: ${String(error)}`)
  await app.start()
  await waitFor(
    'the partitions to move, or the end of the input',
    () => log.hanging !== undefined || world.output().length === 3,
  )
  // One that takes over finds everything, and nothing twice.
  await world.start()
  expect(await Promise.race([failed, world.settled()])).toBeUndefined()
  expect([...world.output()].sort()).toEqual(['a=count#1', 'a=count#2', 'a=count#3'])
  return log.hanging
}

test('a partition that moves at any step of its batch is no crash, and loses and doubles nothing', async () => {
  const seen = new Set<string>()
  for (let request = 1; ; request += 1) {
    const name = await takenAwayAt(request)
    await world.stop()
    if (name === undefined) break
    seen.add(name)
  }
  expect([...seen]).toEqual(
    expect.arrayContaining(['heartbeat', 'producer', 'committed', 'offsets', 'readRange', 'send']),
  )
  expect([...seen]).toEqual(expect.arrayContaining(['begin', 'commitOffsets', 'commit']))
})

test('what is exported of a partition moves with it', async () => {
  world = new ToyWorld()
  world.write(INPUT, ...KEYS.map((key) => `${key}=bad`))
  const metrics = [new Metrics(), new Metrics()]
  const [first, second] = metrics.map(
    (own) =>
      new StreamApp({
        applicationId: APPLICATION,
        topology: toyTopology(),
        log: world.log(),
        logger,
        state: new MemoryBackend(),
        metrics: own,
        lookMs: 10,
      }),
  )
  await first?.start()
  await world.settled()
  await second?.start()
  world.write(INPUT, ...KEYS.map((key) => `${key}2=x`))
  await world.settled()
  const all = await waitFor('all to be exported', async () => {
    const exported = await Promise.all(
      metrics.map(async ({ parkedKeys, lag }) => [
        ...(await parkedKeys.get()).values.map(({ labels }) => labels.task),
        ...(await lag.get()).values.map(({ labels }) => `${labels.topic}/${labels.partition}`),
      ]),
    )
    // A task, a partition of the input and one of the control records, three times.
    return exported.flat().length >= 9 && exported.flat()
  })
  await Promise.all([first?.stop(), second?.stop()])
  expect(new Set(all).size).toBe(all.length)
})
