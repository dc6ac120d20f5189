import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { factsHome } from '../config'
import { FactsError } from '../errors'
import { readJsonFile } from './json-file'
import { isAlive, signal } from './process-identity'
import { endLeftovers, readRunRecord, removeRunRecord } from './run-record'
import type { RunRecord } from './run-record'
import type { StackEndpoints } from './stack'
import { SERVICES } from './stack-event'
import type { ServiceName } from './stack-event'
import { stackHome } from './stack-home'

/** What runs on a home folder, seen from another process. */
export interface StackStatus {
  readonly home: string
  /** `leftovers`: the process that started the services is gone, they are not (yet). */
  readonly state: 'running' | 'leftovers' | 'none'
  /** Process number of whoever started the stack. */
  readonly owner: number | undefined
  /** Process numbers of the services that are alive. */
  readonly services: Readonly<Partial<Record<ServiceName, number>>>
  /** Undefined until the start is complete. */
  readonly endpoints: StackEndpoints | undefined
}

export function stackStatus(folder: string = factsHome()): StackStatus {
  const home = stackHome(resolve(folder))
  const record = readRunRecord(home.run)
  const services = record === undefined ? {} : alive(record)
  const owner = record !== undefined && isAlive(record.owner) ? record.owner.pid : undefined
  const none = Object.keys(services).length === 0 && owner === undefined
  const state = none ? 'none' : owner === undefined ? 'leftovers' : 'running'
  const endpoints = readJsonFile(home.endpoints)
  const known = state === 'running' && typeof endpoints === 'object' && endpoints !== null
  return { home: home.root, state, owner, services, endpoints: known ? endpoints : undefined }
}

/** Milliseconds that the owner has for an orderly end. */
const PATIENCE = 20_000

/**
 * Ends the stack that another process runs, by asking that process; ends the services themselves when it is gone.
 * Returns what was found. Throws FactsError TIMED_OUT when the owner does not end them.
 */
export async function stopStack(folder: string = factsHome()): Promise<StackStatus['state']> {
  const home = stackHome(resolve(folder))
  const record = readRunRecord(home.run)
  const { state } = stackStatus(home.root)
  if (record === undefined || state === 'none') return 'none'
  if (state === 'running') {
    signal(record.owner, 'SIGTERM')
    const deadline = Date.now() + PATIENCE
    while (isAlive(record.owner) && Object.keys(alive(latest(home.run, record))).length > 0) {
      if (Date.now() > deadline) {
        throw new FactsError(
          'TIMED_OUT',
          `Process ${record.owner.pid}, which runs the stack on ${home.root}, did not end it within ${PATIENCE / 1000} seconds. End that process (kill -9 ${record.owner.pid}); the services end with it.`,
        )
      }
      await delay(50)
    }
  }
  await endLeftovers(latest(home.run, record))
  if (!isAlive(record.owner)) removeRunRecord(home.run)
  return state
}

/** The record grows while a stack starts; when it is gone its processes are, too. */
function latest(path: string, before: RunRecord): RunRecord {
  return readRunRecord(path) ?? before
}

function alive(record: RunRecord): Readonly<Partial<Record<ServiceName, number>>> {
  const entries = SERVICES.flatMap((name) => {
    const process_ = record.services[name]
    return process_ !== undefined && isAlive(process_) ? [[name, process_.pid] as const] : []
  })
  return Object.fromEntries(entries)
}
