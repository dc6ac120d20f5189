import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { waitFor } from './wait-for'

/** A verb of `facts` as a process of its own, which runs until it is stopped. */
export class RunningVerb {
  private readonly child: ChildProcess
  /** What it has written so far. */
  output = ''

  constructor(
    program: string,
    args: readonly string[],
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  ) {
    this.child = spawn(process.execPath, [program, ...args], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    }
  }

  /** Resolves when it has written the text; rejects with its output when it ends before. */
  async says(text: string, patienceMs: number): Promise<void> {
    await waitFor(text, () => this.output.includes(text) || this.hasEnded, patienceMs)
    if (!this.output.includes(text)) throw new Error(`ended without "${text}":\n${this.output}`)
  }

  /** Ends it as Ctrl-C does; its exit code. */
  async stop(): Promise<number | null> {
    if (!this.hasEnded) {
      const closed = once(this.child, 'close')
      this.child.kill('SIGINT')
      await closed
    }
    return this.child.exitCode
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }
}
