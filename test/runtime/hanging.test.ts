import { StreamApp } from '../../src/runtime/stream-app'
import { createLogger } from '../../src/telemetry'
import { HangingLog } from '../support/hanging-log'
import { APPLICATION, ToyWorld } from '../support/toy-app'
import { INPUT, TABLE, toyTopology } from '../support/toy-topology'
import { waitFor } from '../support/wait-for'

/*
 * Nothing hangs, by brute force: the n-th request is never answered, for every n.
 */
const INPUTS = ['a=count', 'b=count', 'a=count', 'z=all']
const OUTPUTS = ['a=count#1+row', 'a=count#2+row', 'b=count#1', 'z=all', 'z=all', 'z=all']
/** Of a batch; a heartbeat that fails ends the in-memory consumer, Kafka's starts again. */
const OF_A_BATCH =
  /^(producer|committed|offsets|readRange|begin|send|commitOffsets|commit|settled|reader.catchUp)$/
const STOP_MS = 50

let world: ToyWorld
afterEach(() => world.stop())

/** A world with state and input; what it is to become is known. */
async function prepared(): Promise<void> {
  world = new ToyWorld()
  world.write(TABLE, 'a=row')
  world.write(INPUT, INPUTS[0] ?? '')
  const before = await world.start()
  await world.settled()
  await before.stop()
  world.write(INPUT, ...INPUTS.slice(1))
}

function appOn(log: HangingLog, requestMs: number): StreamApp {
  return new StreamApp({
    applicationId: APPLICATION,
    topology: toyTopology(),
    log,
    state: world.state,
    logger: createLogger({ level: 'silent', format: 'json' }),
    metrics: world.metrics,
    patience: { requestMs, joinMs: requestMs, startMs: requestMs },
    stopMs: STOP_MS,
  })
}

const isComplete = (): boolean => world.output().length >= OUTPUTS.length

test('a stop ends in time with any hang in start, batch, commit, restore or stop, and reports it', async () => {
  const seen = new Set<string>()
  for (let request = 1; ; request += 1) {
    await prepared()
    const log = new HangingLog(world.log(), request)
    const app = appOn(log, 60_000)
    const starting = app.start().catch(() => undefined)
    await waitFor(
      'the hang or the end of the input',
      () => log.hanging !== undefined || isComplete(),
    )
    const asked = performance.now()
    const left = await app.stop()
    expect(performance.now() - asked).toBeLessThan(5_000)
    expect(app.state).toBe('stopped')
    const { hanging } = log
    log.release()
    await starting
    if (hanging === undefined) break
    seen.add(hanging)
    const given = `${hanging}: ${left.join()}`
    // What is of no importance for a stop does not hold it up, and is not named.
    if (['leave', 'commit', 'send'].includes(hanging)) expect(given).not.toBe(`${hanging}: `)
    await world.start()
    await world.settled()
    await waitFor('the outputs', isComplete)
    expect([request, hanging, ...[...world.output()].sort()]).toEqual([
      request,
      hanging,
      ...OUTPUTS,
    ])
    await world.stop()
  }
  expect([...seen].sort()).toEqual(
    [
      'begin',
      'commit',
      'commitOffsets',
      'committed',
      'heartbeat',
      'join',
      'leave',
      'offsets',
      'partitionCounts',
      'producer',
      'producer.close',
      'readRange',
      'send',
      'reader.catchUp',
      'reader.start',
      'reader.stop',
      'settled',
      'topicSetting',
    ].sort(),
  )
}, 120_000)

test('a request of a batch that is never answered is given up and redone, and nothing is lost or doubled', async () => {
  for (let request = 1; ; request += 1) {
    await prepared()
    const log = new HangingLog(world.log(), request, OF_A_BATCH)
    const app = appOn(log, 40)
    const starting = app.start()
    const failed = app.failed.catch((error: unknown) => String(error))
    await Promise.race([starting.catch(() => undefined), failed])
    if (log.hanging === undefined || app.state === 'running') {
      const outcome = await Promise.race([failed, waitFor('the outputs', isComplete)])
      expect([log.hanging, outcome]).toEqual([log.hanging, true])
      expect([log.hanging, ...[...world.output()].sort()]).toEqual([log.hanging, ...OUTPUTS])
    }
    await app.stop()
    if (log.hanging === undefined) break
    await world.stop()
  }
}, 120_000)
