/** What ended the wait, for the log. */
export type StopReason = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

const REASONS: readonly StopReason[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

export interface StopSignal {
  readonly stopped: Promise<StopReason>
  /** Takes the listeners off. */
  readonly release: () => void
}

/** One Ctrl-C may reach a process several times: from the terminal, from npm, from a parent process. */
const SAME_MS = 1_000

/** Resolves at the first signal to stop; another one, more than a second later, ends the process at once. */
export function stopSignal(): StopSignal {
  let askedAt: number | undefined
  let listener: (reason: StopReason) => void = () => undefined
  const stopped = new Promise<StopReason>((resolve) => {
    listener = (reason) => {
      if (askedAt !== undefined && Date.now() - askedAt > SAME_MS) process.exit(130)
      askedAt ??= Date.now()
      resolve(reason)
    }
  })
  for (const reason of REASONS) process.on(reason, listener)
  return {
    stopped,
    release: () => {
      for (const reason of REASONS) process.off(reason, listener)
    },
  }
}
