import { Presets, SingleBar } from 'cli-progress'
import { colorsFor } from '../colors'
import type { DownloadEvent, ServiceEvent, StackListener } from '../dev-stack/service/stack-event'

export interface StackReporter {
  readonly onEvent: StackListener
  /** Ends a progress bar that is still displayed; call before printing anything else. */
  readonly close: () => void
}

/** Shows a stack's progress: bars on a terminal, a line now and then otherwise. */
export function stackReporter(out: NodeJS.WriteStream = process.stderr): StackReporter {
  const pc = colorsFor(out)
  let bar: SingleBar | undefined
  let reported = -1
  const line = (text: string): void => {
    out.write(`${text}\n`)
  }
  const close = (): void => {
    bar?.stop()
    bar = undefined
  }
  const download = (event: DownloadEvent): void => {
    if (out.isTTY) {
      bar ??= startBar(out, event)
      bar.update(event.receivedBytes, { text: describe(event) })
      if (event.filesDone === event.files) close()
      return
    }
    const tenth = Math.floor((event.receivedBytes / event.totalBytes) * 10)
    if (tenth <= reported) return
    reported = tenth
    line(`Downloading the local stack: ${tenth * 10}% (${describe(event)})`)
  }
  const service = ({ service: name, state, ms, endpoint }: ServiceEvent): void => {
    close()
    const seconds = ms === undefined ? '' : pc.dim(`${(ms / 1000).toFixed(1)} s`)
    const label = name.padEnd(9)
    if (state === 'ready') line(`${pc.green('ready')}    ${label} ${endpoint ?? ''} ${seconds}`)
    if (state === 'stopped') line(`${pc.dim('stopped')}  ${label} ${seconds}`)
    if (state === 'failed') line(`${pc.red('failed')}   ${label}`)
  }
  return {
    close,
    onEvent: (event) => {
      if (event.type === 'download') download(event)
      else if (event.type === 'service') service(event)
      else {
        close()
        line(event.text)
      }
    },
  }
}

function startBar(out: NodeJS.WriteStream, { totalBytes }: DownloadEvent): SingleBar {
  const bar = new SingleBar(
    { format: 'Downloading {bar} {percentage}%  {text}', stream: out, hideCursor: true },
    Presets.shades_classic,
  )
  bar.start(totalBytes, 0, { text: '' })
  return bar
}

function describe({ receivedBytes, totalBytes, files, filesDone }: DownloadEvent): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0)
  return `${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB, ${filesDone} of ${files} files`
}
