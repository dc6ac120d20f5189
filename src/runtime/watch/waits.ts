import type { Coordinates, ErrorCode } from '../../errors'
import { FactsError } from '../../errors'
import type { Logger } from '../../telemetry'

export interface WaitOptions {
  /** Description of the wait, as in "Waiting for <what>". */
  readonly what: string
  readonly at?: Coordinates
  /** Milliseconds without progress after which the wait times out. */
  readonly deadlineMs: number
  /** Code of the timeout error. */
  readonly code: ErrorCode
}

/** Reports progress, which restarts the deadline. */
export type Moved = () => void

interface Wait extends WaitOptions {
  readonly since: number
  movedAt: number
  saidAt: number
  readonly giveUp: () => void
}

/** Milliseconds between two checks of the waits. */
const LOOK_MS = 1_000
/** Interval of log lines about a wait without progress, milliseconds. */
const SLOW_MS = 10_000

/**
 * The waits of an application. Each has a deadline, after which it ends with an error, and log lines long before: a promise
 * that never settles cannot hang the application.
 */
export class Waits {
  private readonly open = new Set<Wait>()
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly logger: Logger,
    private readonly lookMs = LOOK_MS,
  ) {}

  /** Resolves with the result of the work, or rejects with the given code after the deadline without progress. */
  async during<T>(options: WaitOptions, work: (moved: Moved) => Promise<T>): Promise<T> {
    let giveUp: () => void = () => undefined
    const late = new Promise<never>((_, reject) => {
      giveUp = () => reject(overdue(options))
    })
    late.catch(() => undefined)
    const now = performance.now()
    const wait: Wait = { ...options, since: now, movedAt: now, saidAt: now, giveUp }
    this.open.add(wait)
    this.timer ??= setInterval(() => this.look(), this.lookMs).unref()
    try {
      return await Promise.race([work(() => (wait.movedAt = performance.now())), late])
    } finally {
      this.open.delete(wait)
      if (this.open.size === 0) {
        clearInterval(this.timer)
        this.timer = undefined
      }
    }
  }

  /** Current waits, oldest first, as text. */
  list(): readonly string[] {
    const now = performance.now()
    return [...this.open].map((wait) => `${nameOf(wait)}, for ${seconds(now - wait.since)} s`)
  }

  /** Waits without progress for that many milliseconds, as text. */
  quiet(milliseconds: number): readonly string[] {
    const now = performance.now()
    return [...this.open]
      .filter(({ movedAt }) => now - movedAt >= milliseconds)
      .map((wait) => `waiting for ${nameOf(wait)} for ${seconds(now - wait.movedAt)} s`)
  }

  private look(): void {
    const now = performance.now()
    for (const wait of this.open) {
      const { what, at, movedAt, deadlineMs } = wait
      if (now - movedAt >= deadlineMs) wait.giveUp()
      else if (now - Math.max(wait.saidAt, movedAt) >= SLOW_MS) {
        wait.saidAt = now
        const waited = `${seconds(now - movedAt)} s`
        this.logger.warn(
          { ...at, waited, deadline: `${deadlineMs / 1_000} s` },
          `Waiting for ${what}`,
        )
      }
    }
  }
}

function nameOf({ what, at }: Wait): string {
  const { topic, partition, task } = at ?? {}
  const place = [task, topic, partition === undefined ? undefined : `partition ${partition}`]
  const where = place.filter((part) => part !== undefined).join(' ')
  return where === '' ? what : `${what} (${where})`
}

const seconds = (milliseconds: number): number => Math.round(milliseconds / 1_000)

function overdue({ what, at, deadlineMs, code }: WaitOptions): FactsError {
  return new FactsError(
    code,
    `Waited ${deadlineMs / 1_000} s for ${what} without a response. Check the brokers and the network to them.`,
    at,
  )
}
