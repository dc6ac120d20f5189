import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root'
import { waitFor } from './wait-for'

interface Ready {
  readonly status: string
  readonly partitions?: readonly { readonly topic: string }[]
}

/** `facts pipeline` as its own process, as users run it. */
export class PipelineProcess {
  readonly child: ChildProcess
  private output = ''
  private readonly exited: Promise<number | null>

  constructor(
    home: string,
    env: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ) {
    this.child = spawn(
      process.execPath,
      [join(packageRoot(), 'bin', 'facts.cjs'), 'pipeline', ...args],
      {
        env: {
          ...process.env,
          FACTS_HOME: home,
          FACTS_HTTP_PORT: '0',
          // The shortest that brokers allow: a killed member holds its partitions for that long.
          FACTS_PIPELINE_SESSION_TIMEOUT_MS: '6000',
          FACTS_LOG_FORMAT: 'json',
          NODE_ENV: 'production',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    }
    // One that was frozen cannot notice that its parent is gone.
    const end = (): unknown => this.child.kill('SIGKILL')
    process.once('exit', end)
    this.exited = new Promise((resolve) => this.child.once('close', resolve))
    void this.exited.then(() => process.off('exit', end))
  }

  /** What it has logged so far. */
  get log(): string {
    return this.output
  }

  /** Its answer to /readyz once it is ready. Throws with its log when it ends instead. */
  ready(): Promise<Ready> {
    const ended = this.exited.then((code): Promise<never> => {
      throw new Error(`The pipeline ended with exit code ${code}.\n${this.output}`)
    })
    return Promise.race([this.answersReady(), ended])
  }

  private async answersReady(): Promise<Ready> {
    const url = await waitFor(
      'the health address',
      () => /http:\/\/127\.0\.0\.1:\d+/.exec(this.output)?.[0],
      60_000,
    )
    return waitFor(
      'the pipeline to be ready',
      async () => {
        const response = await fetch(`${url}/readyz`).catch(() => undefined)
        return response?.ok === true && ((await response.json()) as Ready)
      },
      60_000,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.output}`)
    })
  }

  metrics(): Promise<string> {
    return this.ask('/metrics')
  }

  /** What it answers at a path of its health address, whether it is well or not. */
  async ask(path: string): Promise<string> {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(this.output)?.[0] ?? ''
    return (await fetch(url + path)).text()
  }

  /** Sum of a counter over all labels that contain the text. */
  async counted(metric: string, label = ''): Promise<number> {
    return (await this.metrics())
      .split('\n')
      .filter((line) => line.startsWith(metric) && line.includes(label))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }

  /** Number of partitions of the topic that it owns now. */
  async partitions(topic: string): Promise<number> {
    const { partitions = [] } = await this.ready()
    return partitions.filter((one) => one.topic === topic).length
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  /** Exit code; null when a signal ended it. */
  exit(): Promise<number | null> {
    return this.exited
  }
}
