import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SubscribersOptions } from './subscribers'

export interface Deliveries {
  /** Number of the fact and CLOCK_MONOTONIC in microseconds, alternating. */
  readonly pairs: Float64Array
  /** Streams that were closed during the run. */
  readonly lost: number
}

const TSX = ['--require', require.resolve('tsx/cjs')]

/** Subscribers in a process of their own. */
export class LoadProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** Resolves when all streams are open. */
  static async open(options: SubscribersOptions, folder: string): Promise<LoadProcess> {
    const child = fork(join(__dirname, 'subscribers.ts'), [JSON.stringify(options)], {
      execArgv: TSX,
    })
    const load = new LoadProcess(child, folder)
    await load.answer()
    return load
  }

  /** Forgets what was delivered so far. */
  async clear(): Promise<void> {
    this.child.send({ clear: true })
    await this.answer()
  }

  async count(): Promise<number> {
    this.child.send({ count: true })
    return ((await this.answer()) as { readonly count: number }).count
  }

  async deliveries(): Promise<Deliveries> {
    const file = join(this.folder, 'deliveries.bin')
    this.child.send({ file })
    const { lost } = (await this.answer()) as { readonly lost: number }
    const bytes = readFileSync(file)
    rmSync(file)
    const copy = new Uint8Array(bytes)
    return { pairs: new Float64Array(copy.buffer), lost }
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('close', resolve))
    this.child.kill('SIGKILL')
    await ended
  }

  private answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const failed = (code: number | null): void =>
        reject(new Error(`The subscribers ended (${code ?? 'by a signal'}).`))
      this.child.once('exit', failed)
      this.child.once('message', (message) => {
        this.child.off('exit', failed)
        resolve(message)
      })
    })
  }
}
