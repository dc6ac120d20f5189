import { rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { readJsonFile, writeJsonFile } from './process/json-file'
import { KAFKA_NODES } from './ports/kafka-nodes'
import { isAlive, signal } from './process/process-identity'
import type { ProcessIdentity } from './process/process-identity'
import { SERVICES } from './service/stack-event'
import type { ServiceName } from './service/stack-event'

const KNOWN = new Set<ServiceName>([...SERVICES, ...KAFKA_NODES.map(({ name }) => name)])

/** Processes of a stack, kept in its home so that a later start can end what a killed one left. */
export type RunRecord = Readonly<Partial<Record<ServiceName, ProcessIdentity>>>

/** Empty when there is none, or none that can be read. */
export function readRunRecord(path: string): RunRecord {
  const content = readJsonFile(path)
  if (typeof content !== 'object' || content === null) return {}
  return Object.fromEntries(
    Object.entries(content).filter(([name, value]) => isKnown(name) && isIdentity(value)),
  )
}

export function writeRunRecord(path: string, record: RunRecord): void {
  writeJsonFile(path, record)
}

export function removeRunRecord(path: string): void {
  rmSync(path, { force: true })
}

/** Those of the recorded processes that are alive. */
export function aliveOf(record: RunRecord): RunRecord {
  return Object.fromEntries(Object.entries(record).filter(([, recorded]) => isAlive(recorded)))
}

/**
 * Ends leftover processes of a killed run: by recorded pid and start time, so never another process. SIGTERM, for
 * Postgres SIGINT (its fast shutdown), and SIGKILL after `patience` milliseconds. Returns the names of what was running.
 * Only for the holder of the home's lock.
 */
export async function endLeftovers(
  record: RunRecord,
  patience = 5_000,
): Promise<readonly ServiceName[]> {
  const found = aliveOf(record)
  const left = Object.entries(found)
  for (const [name, process_] of left) {
    signal(process_, name === 'postgres' ? 'SIGINT' : 'SIGTERM')
  }
  const deadline = Date.now() + patience
  while (left.some(([, process_]) => isAlive(process_))) {
    if (Date.now() > deadline) {
      for (const [, process_] of left) signal(process_, 'SIGKILL', true)
    }
    await delay(50)
  }
  return [...KNOWN].filter((name) => found[name] !== undefined)
}

const isKnown = (name: string): boolean => (KNOWN as ReadonlySet<string>).has(name)

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false
  const { pid, started } = value as Partial<ProcessIdentity>
  return typeof pid === 'number' && typeof started === 'string' && started !== ''
}
