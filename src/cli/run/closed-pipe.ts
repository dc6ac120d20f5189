import type { EventEmitter } from 'node:events'

/**
 * A reader that closes the pipe, as `| head` does, has what it wanted: the verb ends as after a signal, quietly and with code 0.
 * An output that has its own listener is left to that.
 */
export function endWithTheReader(
  output: EventEmitter = process.stdout,
  end: (code: 0) => void = (code) => process.exit(code),
): void {
  let isClosed = false
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (output.listenerCount('error') > 1) return
    if (error.code !== 'EPIPE') throw error
    if (isClosed) return
    isClosed = true
    process.once('exit', () => (process.exitCode = 0))
    // What has been started is stopped by those who wait for a signal.
    if (!process.emit('SIGTERM', 'SIGTERM')) end(0)
  })
}
