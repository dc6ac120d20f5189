import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { identify } from '../../src/dev-stack/process/process-identity'
import type { ProcessIdentity } from '../../src/dev-stack/process/process-identity'
import { waitFor } from './wait-for'

const children: ChildProcess[] = []

/** A process of its own group that does nothing; with `stubborn` it ignores polite signals. Ended after each test. */
export async function startSleeper(stubborn = false): Promise<ProcessIdentity> {
  const ignore = stubborn ? "process.on('SIGTERM', () => {}).on('SIGINT', () => {});" : ''
  const child = spawn(
    process.execPath,
    ['-e', `${ignore} setInterval(() => {}, 1e6); console.log('up')`],
    { detached: true, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  children.push(child)
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return waitFor('the sleeper', () => identify(child.pid!))
}

export function endSleepers(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL')
}
