import { spawn } from 'node:child_process'
import type { EventHandler } from './event-handler'
import { eventVariables } from './event-variables'

/**
 * Runs a shell command for each event, its JSON on standard input; handled when the exit code is 0. `environment` is all
 * that it gets besides FACTS_EVENT_*.
 */
export function runCommand(
  command: string,
  environment: Readonly<Record<string, string>>,
): EventHandler {
  return (event) =>
    new Promise((resolve, reject) => {
      const child = spawn(command, {
        shell: true,
        stdio: ['pipe', 'inherit', 'inherit'],
        env: { ...environment, ...eventVariables(event) },
      })
      child.once('error', reject)
      child.once('close', (code, signal) => {
        if (code === 0) resolve()
        else {
          const how = signal === null ? `exit code ${String(code)}` : `signal ${signal}`
          reject(new Error(`the command ended with ${how}`))
        }
      })
      // It need not read its input.
      child.stdin.on('error', () => undefined)
      child.stdin.end(`${JSON.stringify(event)}\n`)
    })
}
