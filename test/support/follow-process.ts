import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root'
import type { FeedEvent } from '../../src/client'
import { waitFor } from './wait-for'

/** `facts follow` as its own process, as users run it. */
export class FollowProcess {
  readonly child: ChildProcess
  readonly exited: Promise<number | null>
  /** What it has logged. */
  log = ''
  private output = ''

  /** Without a URL it looks for the feed itself. */
  constructor(
    url: string | undefined,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.child = spawn(
      process.execPath,
      [join(packageRoot(), 'bin', 'facts.cjs'), 'follow', ...args],
      {
        env: {
          ...process.env,
          ...(url === undefined ? {} : { FACTS_FOLLOW_URL: url }),
          FACTS_LOG_FORMAT: 'json',
          FACTS_FOLLOW_HEARTBEAT_MS: '5000',
          NO_COLOR: '1',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    this.child.stderr?.on('data', (chunk: Buffer) => (this.log += chunk.toString()))
    this.exited = new Promise((resolve) => this.child.once('close', resolve))
  }

  /** Whole lines of standard output so far. */
  get events(): readonly FeedEvent[] {
    const lines = this.output.split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line) as FeedEvent)
  }

  async says(text: string | RegExp): Promise<void> {
    const isSaid = (): boolean =>
      typeof text === 'string' ? this.log.includes(text) : text.test(this.log)
    await waitFor(`the follower to say ${String(text)}`, isSaid, 60_000).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.log}`)
    })
  }

  /** Address of its health. */
  async health(): Promise<string> {
    await this.says('"url":"http')
    return `${/"url":"(http:[^"]+)"/.exec(this.log)?.[1] ?? ''}/health`
  }

  /** Resolves with the exit code; null when a signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal)
    return this.exited
  }
}
