import { rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { readJsonFile, writeJsonFile } from './json-file'
import { isAlive, signal } from './process-identity'
import type { ProcessIdentity } from './process-identity'
import { SERVICES } from './stack-event'
import type { ServiceName } from './stack-event'

/** Who runs a stack and which processes belong to it, kept in its home so that others can end it. */
export interface RunRecord {
  readonly owner: ProcessIdentity
  readonly services: Readonly<Partial<Record<ServiceName, ProcessIdentity>>>
}

export function readRunRecord(path: string): RunRecord | undefined {
  const content = readJsonFile(path)
  if (typeof content !== 'object' || content === null) return undefined
  const { owner, services } = content as { owner?: unknown; services?: unknown }
  if (!isIdentity(owner) || typeof services !== 'object' || services === null) return undefined
  const entries = Object.entries(services).filter(
    ([name, value]) => (SERVICES as readonly string[]).includes(name) && isIdentity(value),
  )
  return { owner, services: Object.fromEntries(entries) }
}

export function writeRunRecord(path: string, record: RunRecord): void {
  writeJsonFile(path, record)
}

export function removeRunRecord(path: string): void {
  rmSync(path, { force: true })
}

/**
 * Ends processes that a killed run left behind: by recorded number and start time, so never a stranger. SIGTERM, for
 * Postgres SIGINT (its fast shutdown), and SIGKILL after `patience` milliseconds. Returns the names of what was running.
 */
export async function endLeftovers(
  record: RunRecord,
  patience = 5_000,
): Promise<readonly ServiceName[]> {
  const found = SERVICES.flatMap((name) => {
    const process_ = record.services[name]
    return process_ !== undefined && isAlive(process_) ? [{ name, process: process_ }] : []
  })
  for (const { name, process: left } of found) {
    signal(left, name === 'postgres' ? 'SIGINT' : 'SIGTERM')
  }
  const deadline = Date.now() + patience
  while (found.some(({ process: left }) => isAlive(left))) {
    if (Date.now() > deadline) {
      for (const { process: left } of found) signal(left, 'SIGKILL', true)
    }
    await delay(50)
  }
  return found.map(({ name }) => name)
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false
  const { pid, started } = value as Partial<ProcessIdentity>
  return typeof pid === 'number' && typeof started === 'string' && started !== ''
}
