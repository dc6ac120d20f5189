import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { factsHome } from '../config/config'
import { FactsError } from '../errors'
import { lockHolder, tryLock } from './process/file-lock'
import { readJsonFile } from './process/json-file'
import { signal } from './process/process-identity'
import { aliveOf, endLeftovers, readRunRecord, removeRunRecord } from './run-record'
import type { RunRecord } from './run-record'
import type { StackEndpoints } from './stack'
import { stackHome } from './service/stack-home'

/** What runs on a home folder, seen from another process. */
export interface StackStatus {
  readonly home: string
  /** `leftovers`: the services run, but the process that started them has ended. */
  readonly state: 'running' | 'leftovers' | 'none'
  /** Pid of the process that runs the stack. */
  readonly owner: number | undefined
  /** The services that are alive. */
  readonly services: RunRecord
  /** Undefined until the start is complete. */
  readonly endpoints: StackEndpoints | undefined
}

export function stackStatus(folder: string = factsHome()): StackStatus {
  const home = stackHome(resolve(folder))
  const owner = lockHolder(home.lock)?.pid
  const services = aliveOf(readRunRecord(home.run))
  const left = Object.keys(services).length > 0
  const state = owner !== undefined ? 'running' : left ? 'leftovers' : 'none'
  const endpoints = state === 'running' ? readJsonFile(home.endpoints) : undefined
  return {
    home: home.root,
    state,
    owner,
    services,
    endpoints: typeof endpoints === 'object' && endpoints !== null ? endpoints : undefined,
  }
}

/** Milliseconds that the owner has for an orderly end. */
const PATIENCE = 20_000

/**
 * Ends the stack that another process runs, by signalling that process; ends the services themselves when it has ended.
 * Returns what was found. Throws FactsError TIMED_OUT when the owner does not end them.
 */
export async function stopStack(folder: string = factsHome()): Promise<StackStatus['state']> {
  const home = stackHome(resolve(folder))
  const { state } = stackStatus(home.root)
  if (state === 'none') return state
  const owner = lockHolder(home.lock)
  if (owner !== undefined) {
    signal(owner, 'SIGTERM')
    const deadline = Date.now() + PATIENCE
    while (lockHolder(home.lock)?.pid === owner.pid) {
      if (Date.now() > deadline) {
        throw new FactsError(
          'TIMED_OUT',
          `Process ${owner.pid}, which runs the stack on ${home.root}, did not end it within ${PATIENCE / 1000} seconds. End that process (kill -9 ${owner.pid}); the services end with it.`,
        )
      }
      await delay(50)
    }
  }
  const lock = tryLock(home.lock)
  // Another process has started a new one already.
  if (!('release' in lock)) return state
  try {
    await endLeftovers(readRunRecord(home.run))
    removeRunRecord(home.run)
  } finally {
    lock.release()
  }
  return state
}
