import { PassThrough } from 'node:stream'
import { stackReporter } from '../../src/cli/stack-reporter'
import type { StackReporter } from '../../src/cli/stack-reporter'

function reporter(isTTY: boolean): StackReporter & { readonly output: () => string } {
  const out = Object.assign(new PassThrough(), {
    isTTY,
    cursorTo: () => true,
    clearLine: () => true,
  })
  let output = ''
  out.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const report = stackReporter(out as unknown as NodeJS.WriteStream)
  return { ...report, output: () => output }
}

const download = (receivedBytes: number, filesDone = 0) =>
  ({ type: 'download', receivedBytes, totalBytes: 100_000_000, files: 3, filesDone }) as const

test('without a terminal, a download is a line for every tenth', () => {
  const { onEvent, output } = reporter(false)
  for (let bytes = 0; bytes <= 100_000_000; bytes += 1_000_000) onEvent(download(bytes))
  const lines = output().trim().split('\n')
  expect(lines).toHaveLength(11)
  expect(lines[5]).toContain('50% (50 of 100 MB, 0 of 3 files)')
})

test('on a terminal, a download is a bar that ends with the last file', () => {
  const { onEvent, output, close } = reporter(true)
  onEvent(download(0))
  onEvent(download(100_000_000, 3))
  close()
  expect(output()).toContain('0%')
  expect(output()).toContain('100%')
})

test('a service that is ready is shown with its endpoint and its time', () => {
  const { onEvent, output } = reporter(false)
  onEvent({ type: 'service', service: 'kafka', state: 'starting' })
  onEvent({ type: 'service', service: 'kafka', state: 'ready', ms: 2_500, endpoint: 'here:9092' })
  expect(output()).toMatch(/^ready +kafka +here:9092 2\.5 s\n$/)
})

test('a note is a line', () => {
  const { onEvent, output } = reporter(false)
  onEvent({ type: 'note', text: 'something unusual' })
  expect(output()).toBe('something unusual\n')
})
