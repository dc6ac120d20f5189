import type { EventHandler } from './event-handler'

/** One line of JSON for each event, written when the pipe has room for it. `onClosed`: the reader has closed the pipe. */
export function printEvent(output: NodeJS.WritableStream, onClosed: () => void): EventHandler {
  output.on('error', onClosed)
  return (event) =>
    new Promise((resolve, reject) => {
      output.write(`${JSON.stringify(event)}\n`, (error) => {
        if (error == null) resolve()
        else {
          onClosed()
          reject(error)
        }
      })
    })
}
