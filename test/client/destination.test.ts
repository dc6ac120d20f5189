import type { Clock } from '../../src/client/clock'
import type { Attempt } from '../../src/client/destination'
import { Destination } from '../../src/client/destination'
import { retryLater } from '../../src/client/retry-later'

/** Waits as long as the test wants. */
class HeldClock implements Clock {
  readonly waits: number[] = []
  readonly now = (): number => 0
  readonly random = (): number => 1
  private readonly sleepers: (() => void)[] = []

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    this.waits.push(ms)
    return new Promise((resolve) => {
      this.sleepers.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  wake(): void {
    for (const sleeper of this.sleepers.splice(0)) sleeper()
  }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

describe('what events are handed to', () => {
  let clock: HeldClock
  let abort: AbortController
  let destination: Destination
  /** What ran, in its order. */
  let ran: string[]
  beforeEach(() => {
    clock = new HeldClock()
    abort = new AbortController()
    destination = new Destination({ concurrency: 2, clock, signal: abort.signal })
    ran = []
  })
  const attempt = (
    name: string,
    work: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Attempt> =>
    destination.attempt(() => {
      ran.push(name)
      return work()
    })
  const failing = (error: Error) => (): Promise<void> => Promise.reject(error)

  test('gets so many at the same time, and the next one when one of them is done', async () => {
    const ends: (() => void)[] = []
    const held = (): Promise<void> => new Promise((resolve) => ends.push(resolve))
    const all = ['a', 'b', 'c', 'd'].map((name) => attempt(name, held))
    await turns()
    expect(ran).toEqual(['a', 'b'])
    ends.shift()?.()
    await turns()
    expect(ran).toEqual(['a', 'b', 'c'])
    while (ran.length < 4) {
      ends.shift()?.()
      await turns()
    }
    for (const end of ends) end()
    expect(await Promise.all(all)).toEqual(Array.from({ length: 4 }, () => ({ kind: 'done' })))
  })

  test('is left alone by all after one has failed, and then tried again', async () => {
    expect(await attempt('a', failing(new Error('no')))).toMatchObject({
      kind: 'failed',
      waitMs: 100,
    })
    const next = attempt('b')
    await turns()
    expect(ran).toEqual(['a'])
    clock.wake()
    expect(await next).toEqual({ kind: 'done' })
  })

  test('is left alone once for those that failed together, longer from failure to failure, and as at first after a success', async () => {
    const both = ['a', 'b'].map((name) => attempt(name, failing(new Error('no'))))
    await Promise.all(both)
    expect(clock.waits).toEqual([100])
    for (const name of ['c', 'd']) {
      clock.wake()
      await turns()
      await attempt(name, failing(new Error('no')))
    }
    expect(clock.waits).toEqual([100, 200, 400])
    clock.wake()
    await turns()
    await attempt('e')
    await attempt('f', failing(new Error('no')))
    expect(clock.waits).toEqual([100, 200, 400, 100])
  })

  test('is left alone as long as it asks for, also when that comes while it is left alone', async () => {
    const later = retryLater('429', 30_000)
    await Promise.all([attempt('a', failing(new Error('no'))), attempt('b', failing(later))])
    expect(clock.waits[1]).toBeGreaterThanOrEqual(30_000)
    const next = attempt('c')
    await turns()
    expect(ran).toEqual(['a', 'b'])
    clock.wake()
    await next
  })

  test('gets nothing more when it was asked to stop', async () => {
    await attempt('a', failing(new Error('no')))
    const next = attempt('b')
    abort.abort()
    expect(await next).toEqual({ kind: 'stopped' })
    expect(ran).toEqual(['a'])
  })
})
