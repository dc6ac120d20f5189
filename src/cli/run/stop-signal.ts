/** What ended the wait, for the log. */
export type StopReason = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

const REASONS: readonly StopReason[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

export interface StopSignal {
  readonly stopped: Promise<StopReason>
  /** Ends by itself: from now on the end has the same deadline as after a signal. */
  readonly ending: () => void
  /** Everything has ended: takes the listeners and the deadline off. */
  readonly release: () => void
}

export interface StopSignalOptions {
  /** Milliseconds from the signal to the end of the process, whatever hangs; default 13,000. */
  readonly deadlineMs?: number
  /** What is still waited for, for the line that says so. */
  readonly waitingFor?: () => readonly string[]
  /** Takes that line; default: standard error. */
  readonly say?: (line: string) => void
}

/** One Ctrl-C may reach a process several times: from the terminal, from npm, from a parent process. */
const SAME_MS = 1_000
/** Below the 15 s that are promised, which a parent that has to kill its children shares. */
const DEADLINE_MS = 13_000
/** Of a process that did not end by itself. */
const OVERDUE_EXIT_CODE = 1

/**
 * Resolves at the first signal to stop. Another one, more than a second later, ends the process at once; a process that has
 * not released it at the deadline says what it was waiting for, and ends with exit code 1.
 */
export function stopSignal(options: StopSignalOptions = {}): StopSignal {
  const { deadlineMs = DEADLINE_MS, waitingFor = () => [], say = console.error } = options
  let askedAt: number | undefined
  let watchdog: NodeJS.Timeout | undefined
  let listener: (reason: StopReason) => void = () => undefined
  // Not unref'd: a process in which nothing but promises is left would end as if all were well.
  const ending = (): void => {
    watchdog ??= setTimeout(() => {
      const waits = waitingFor()
      const what = waits.length === 0 ? 'what is under way' : waits.join('; ')
      say(
        `Not ended ${deadlineMs / 1_000} s after it was to stop, waiting for: ${what}. Ended without it; what was not committed is done again by the next start.`,
      )
      process.exit(OVERDUE_EXIT_CODE)
    }, deadlineMs)
  }
  const stopped = new Promise<StopReason>((resolve) => {
    listener = (reason) => {
      if (askedAt !== undefined && Date.now() - askedAt > SAME_MS) process.exit(130)
      askedAt ??= Date.now()
      ending()
      resolve(reason)
    }
  })
  for (const reason of REASONS) process.on(reason, listener)
  return {
    stopped,
    ending,
    release: () => {
      clearTimeout(watchdog)
      for (const reason of REASONS) process.off(reason, listener)
    },
  }
}
