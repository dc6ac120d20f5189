import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { Browser } from 'puppeteer-core'

/** What a client gave out. */
export interface Received {
  /** Which of its streams. */
  readonly way: number
  readonly id?: string | null
  readonly data?: string
  /** It does not come back. */
  readonly ended?: boolean
  /** Status of an answer that was no stream. */
  readonly refused?: number
}

/** A client of event streams that is not ours, which follows several at once. */
export interface OutsideClient {
  readonly received: readonly Received[]
  readonly stop: () => Promise<unknown>
}

/** One that is a program and prints what it is given, a line of JSON each. */
export function clientProcess(command: string, args: readonly string[]): OutsideClient {
  const received: Received[] = []
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise((resolve) => child.once('close', resolve))
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) received.push(JSON.parse(line) as Received)
  })
  child.once('error', (error) => process.stderr.write(`${command}: ${error.message}\n`))
  return {
    received,
    stop: () => {
      child.kill('SIGKILL')
      return exited
    },
  }
}

/** As text, since the tests have no types of a browser. */
const FOLLOW = `(urls) => urls.forEach((url, way) => {
  const source = new EventSource(url)
  for (const type of ['add', 'update', 'remove', 'status', 'message']) {
    source.addEventListener(type, ({ lastEventId, data }) => tell({ way, id: lastEventId, data }))
  }
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) tell({ way, ended: true })
  })
})`

/** The browser's own EventSource, in a page of another origin. */
export async function browserClient(
  browser: Browser,
  page: string,
  urls: readonly string[],
): Promise<OutsideClient> {
  const received: Received[] = []
  const tab = await browser.newPage()
  await tab.goto(page)
  await tab.exposeFunction('tell', (one: Received) => void received.push(one))
  await tab.evaluate(`(${FOLLOW})(${JSON.stringify(urls)})`)
  return { received, stop: () => tab.close() }
}
