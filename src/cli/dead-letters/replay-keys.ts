import { colors as pc } from '../../colors'
import type { DeadLetterQueue, ReplayRequest } from '../../runtime/dead-letters/dead-letter-queue'
import type { WaitingKey } from '../../runtime/dead-letters/waiting-key'
import { parkedId } from '../../runtime/dead-letters/parked-keys'
import type { ParkedView, StoredKey } from '../../runtime/dead-letters/parked-view'
import { count } from './count'

export interface ReplayKeysOptions {
  readonly say: (line: string) => void
  /** Milliseconds without progress after which the pipeline is considered not to be running. */
  readonly deadlineMs?: number
  readonly pollMs?: number
}

/** Replays of a key whose changes keep coming while it is replayed. */
const TURNS = 5
/** Up to this many keys get a line each; of more, only those that stay parked do, and no more of them than this. */
const SHOWN = 100
const PROGRESS_MS = 2_000

/**
 * Replays the keys, waits until the pipeline has processed them, and reports the outcome of each. Changes that arrived during
 * the replay and were parked are replayed again. Resolves with the number of keys that are still parked.
 */
export async function replayKeys(
  queue: DeadLetterQueue,
  requests: readonly ReplayRequest[],
  options: ReplayKeysOptions,
): Promise<number> {
  const report = new Report(requests.length, options.say)
  let turn = requests
  for (let left = TURNS; turn.length > 0; left -= 1) {
    const { again, unfinished } = await replayOnce(queue, turn, report, options)
    if (again.length > 0 && left === 1) {
      for (const waiting of again)
        report.waits(waiting, 'more changes arrived during the replay, replay it again')
      break
    }
    turn = unfinished ? [] : again.map((waiting) => ({ waiting }))
  }
  report.end()
  return report.waiting
}

interface Turn {
  /** Keys that are parked only because changes arrived during the replay. */
  readonly again: readonly WaitingKey[]
  /** Whether the pipeline has not processed everything. */
  readonly unfinished: boolean
}

async function replayOnce(
  queue: DeadLetterQueue,
  requests: readonly ReplayRequest[],
  report: Report,
  options: ReplayKeysOptions,
): Promise<Turn> {
  const view = await queue.follow()
  try {
    const lost = new Set(await queue.replayAll(requests, (sent) => report.progress('sent', sent)))
    for (const waiting of lost) report.waits(waiting, 'some of its dead letters are lost')
    const sent = requests.map(({ waiting }) => waiting).filter((waiting) => !lost.has(waiting))
    const { stored, pending } = await outcomes(view, sent, report, options)
    for (const waiting of pending.values()) {
      report.waits(waiting, 'the replay is queued; the pipeline processes it when it runs')
    }
    const again: WaitingKey[] = []
    const waiting = stored.size === 0 ? [] : await queue.lettersOf(stored)
    for (const key of waiting) {
      const cause = key.letters.find(({ code }) => code !== 'KEY_PARKED')
      if (cause === undefined) again.push(key)
      else report.waits(key, `${pc.red(cause.code)} ${cause.message}`)
    }
    return { again, unfinished: pending.size > 0 }
  } finally {
    await view.stop()
  }
}

/** Waits until each key has resumed or its replay has ended; returns those still parked, and those not processed. */
async function outcomes(
  view: ParkedView,
  sent: readonly WaitingKey[],
  report: Report,
  { deadlineMs = 30_000, pollMs = 250 }: ReplayKeysOptions,
): Promise<{
  readonly stored: ReadonlyMap<string, StoredKey>
  readonly pending: ReadonlyMap<string, WaitingKey>
}> {
  const stored = new Map<string, StoredKey>()
  const pending = new Map(sent.map((one) => [parkedId(one.processor, one.key), one]))
  let until = Date.now() + deadlineMs
  for (;;) {
    const before = pending.size
    for (const [id, waiting] of pending) {
      const now = view.keys.get(id)
      const isOver = now?.parked.id !== waiting.parked.id
      if (!isOver && now.parked.round === waiting.parked.round) continue
      pending.delete(id)
      if (isOver) report.resumes(waiting)
      else stored.set(id, now)
    }
    report.progress('processed', sent.length - pending.size)
    if (pending.size < before) until = Date.now() + deadlineMs
    if (pending.size === 0 || Date.now() > until) return { stored, pending }
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

/** Prints the outcome of the keys, in a readable number of lines. */
class Report {
  waiting = 0
  private resumed = 0
  private said = Date.now()

  constructor(
    private readonly keys: number,
    private readonly say: (line: string) => void,
  ) {}

  resumes({ key, letters }: WaitingKey): void {
    this.resumed += 1
    if (this.keys > SHOWN) return
    this.say(`${pc.bold(key.toString())}  resumed: ${count(letters.length, 'change')} processed`)
  }

  waits({ key, parked }: WaitingKey, why: string): void {
    this.waiting += 1
    if (this.waiting > SHOWN) return
    this.say(
      `${pc.bold(key.toString())}  still parked with ${count(parked.count, 'change')}: ${why}`,
    )
  }

  progress(what: string, keys: number): void {
    if (this.keys <= SHOWN || Date.now() - this.said < PROGRESS_MS) return
    this.said = Date.now()
    this.say(`${keys} of ${count(this.keys, 'key')} ${what}`)
  }

  end(): void {
    if (this.keys <= SHOWN) return
    const rest = this.waiting === 0 ? '' : `; ${this.waiting} still parked`
    this.say(`${this.resumed} of ${count(this.keys, 'key')} resumed${rest}`)
  }
}
