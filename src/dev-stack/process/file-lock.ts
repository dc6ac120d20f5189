import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { identify, isAlive } from './process-identity'
import type { ProcessIdentity } from './process-identity'

/** A lock that its holder's death releases: the file names the process, by number and start time. */
export interface FileLock {
  /** False once another process has taken it, because this one seemed to be dead. */
  readonly isHeld: () => boolean
  readonly release: () => void
}

/** Takes the lock, or returns the live process that holds it. */
export function tryLock(path: string): FileLock | ProcessIdentity {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const self = identify(process.pid) ?? { pid: process.pid, started: 'unknown' }
  const token = JSON.stringify({ ...self, token: randomUUID() })
  for (;;) {
    if (create(path, token)) {
      const isHeld = (): boolean => read(path) === token
      return {
        isHeld,
        release: (): void => {
          if (isHeld()) rmSync(path, { force: true })
        },
      }
    }
    const found = read(path)
    if (found === undefined) continue
    const holder = parse(found)
    if (holder !== undefined && isAlive(holder)) return holder
    takeAway(path, found)
  }
}

/** The live process that holds the lock. */
export function lockHolder(path: string): ProcessIdentity | undefined {
  const holder = parse(read(path) ?? '')
  return holder !== undefined && isAlive(holder) ? holder : undefined
}

/** Waits for the lock; reports once that it waits and for which process. */
export async function waitForLock(
  path: string,
  onWait?: (holder: ProcessIdentity) => void,
): Promise<FileLock> {
  for (let reported = false; ;) {
    const lock = tryLock(path)
    if ('release' in lock) return lock
    if (!reported) onWait?.(lock)
    reported = true
    await delay(200)
  }
}

/** Written to a temporary file and linked into place, so that no process reads half a lock. */
function create(path: string, token: string): boolean {
  const own = `${path}.${randomUUID()}`
  writeFileSync(own, token, { mode: 0o600 })
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

/** Removes a dead holder's lock; restores it if another process has replaced it concurrently. */
function takeAway(path: string, dead: string): void {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
    if (read(aside) !== dead) linkSync(aside, path)
  } catch {
    // Another process was faster; the next attempt shows which.
  } finally {
    rmSync(aside, { force: true })
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function parse(content: string): ProcessIdentity | undefined {
  try {
    const { pid, started } = JSON.parse(content) as Partial<ProcessIdentity>
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined
  } catch {
    return undefined
  }
}
