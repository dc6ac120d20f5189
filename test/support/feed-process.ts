import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root'
import { waitFor } from './wait-for'

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** `facts feed` as its own process, as users run it; always on the same port, so that readers come back to it. */
export class FeedProcess {
  private readonly child: ChildProcess
  private readonly exited: Promise<number | null>
  private output = ''

  constructor(
    home: string,
    private readonly port: number,
    env: Readonly<Record<string, string>> = {},
  ) {
    this.child = spawn(process.execPath, [join(packageRoot(), 'bin', 'facts.cjs'), 'feed'], {
      env: {
        ...process.env,
        FACTS_HOME: home,
        FACTS_FEED_PORT: String(port),
        FACTS_FEED_HEALTH_PORT: '0',
        FACTS_FEED_HEARTBEAT_MS: '1000',
        FACTS_FEED_DRAIN_MS: '200',
        FACTS_LOG_FORMAT: 'json',
        NODE_ENV: 'production',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    }
    this.exited = new Promise((resolve) => this.child.once('close', resolve))
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** What it has logged so far. */
  get log(): string {
    return this.output
  }

  /** Until every feed is open and follows its topic. */
  async ready(): Promise<this> {
    const answer = async (): Promise<boolean> => {
      const health = /"url":"(http:\/\/127\.0\.0\.1:\d+)"/.exec(this.output)?.[1]
      if (health === undefined) return false
      const response = await fetch(`${health}/readyz`).catch(() => undefined)
      return response?.ok === true
    }
    await waitFor('the feed to be ready', answer, 60_000).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.output}`)
    })
    return this
  }

  /** Resolves with the exit code; null when a signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal)
    return this.exited
  }
}
