/** The signal that ended the wait, for the log. */
export type StopReason = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

const REASONS: readonly StopReason[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

export interface StopSignal {
  readonly stopped: Promise<StopReason>
  /** The process ends without a signal: from now on the same deadline as after a signal applies. */
  readonly ending: () => void
  /** Everything has ended: removes the listeners and the deadline. */
  readonly release: () => void
}

export interface StopSignalOptions {
  /** Milliseconds from the signal to the forced exit of the process; default 13,000. */
  readonly deadlineMs?: number
  /** What is still pending, for the message at the deadline. */
  readonly waitingFor?: () => readonly string[]
  /** Receives that message; default: standard error. */
  readonly say?: (line: string) => void
}

/** One Ctrl-C may reach a process several times: from the terminal, from npm, from a parent process. */
const SAME_MS = 1_000
/** Below the 15 s that are promised, which a parent that has to kill its children shares. */
const DEADLINE_MS = 13_000
/** Exit code of a process that reached the deadline. */
const OVERDUE_EXIT_CODE = 1

/**
 * Resolves at the first signal to stop. A second one, more than a second later, ends the process immediately; a process that
 * has not released it at the deadline prints what it was waiting for, and exits with code 1.
 */
export function stopSignal(options: StopSignalOptions = {}): StopSignal {
  const { deadlineMs = DEADLINE_MS, waitingFor = () => [], say = console.error } = options
  let askedAt: number | undefined
  let watchdog: NodeJS.Timeout | undefined
  let listener: (reason: StopReason) => void = () => undefined
  // Not unref'd: a process with only pending promises would exit with code 0.
  const ending = (): void => {
    watchdog ??= setTimeout(() => {
      const waits = waitingFor()
      const what = waits.length === 0 ? 'work in progress' : waits.join('; ')
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
