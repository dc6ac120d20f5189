import { colors as pc } from '../../colors'
import type {
  DeadLetterQueue,
  ReplayRequest,
  WaitingKey,
} from '../../runtime/dead-letters/dead-letter-queue'
import { parkedId } from '../../runtime/dead-letters/parked-keys'
import type { ParkedView, StoredKey } from '../../runtime/dead-letters/parked-view'
import { count } from './count'

export interface ReplayKeysOptions {
  readonly say: (line: string) => void
  /** How long the pipeline may take in nothing before it is taken for one that is not running. */
  readonly deadlineMs?: number
  readonly pollMs?: number
}

/** Replays of a key whose changes keep coming while it is replayed. */
const TURNS = 5
/** Keys that get a line each; of more, only those that still wait do, and no more of them than this. */
const SHOWN = 100
const PROGRESS_MS = 2_000

/**
 * Replays the keys, waits until the pipeline has taken them in, and says what came of each. Changes that came in between and
 * only wait for their turn are replayed again. Resolves with how many keys still wait.
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
      for (const waiting of again) report.waits(waiting, 'others came meanwhile, replay it again')
      break
    }
    turn = unfinished ? [] : again.map((waiting) => ({ waiting }))
  }
  report.end()
  return report.waiting
}

interface Turn {
  /** Keys of which only changes that came in between wait. */
  readonly again: readonly WaitingKey[]
  /** Whether the pipeline has not taken everything in. */
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
      report.waits(waiting, 'was handed over; the pipeline takes it in when it runs')
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

/** Waits until each key has resumed or its replay has ended; gives those that still wait, and those that were not taken in. */
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
    report.progress('taken in', sent.length - pending.size)
    if (pending.size < before) until = Date.now() + deadlineMs
    if (pending.size === 0 || Date.now() > until) return { stored, pending }
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

/** What came of the keys, in as many lines as a person reads. */
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
    this.say(`${pc.bold(key.toString())}  goes on: ${count(letters.length, 'change')} taken in`)
  }

  waits({ key, parked }: WaitingKey, why: string): void {
    this.waiting += 1
    if (this.waiting > SHOWN) return
    this.say(
      `${pc.bold(key.toString())}  still waits with ${count(parked.count, 'change')}: ${why}`,
    )
  }

  progress(what: string, keys: number): void {
    if (this.keys <= SHOWN || Date.now() - this.said < PROGRESS_MS) return
    this.said = Date.now()
    this.say(`${keys} of ${count(this.keys, 'key')} ${what}`)
  }

  end(): void {
    if (this.keys <= SHOWN) return
    const rest = this.waiting === 0 ? '' : `; ${this.waiting} still wait`
    this.say(`${this.resumed} of ${count(this.keys, 'key')} go on${rest}`)
  }
}
