import { readFileSync, statfsSync } from 'node:fs'
import { resolve } from 'node:path'
import { FactsError } from '../errors'

/** LMDB reports a full disk as an input/output error: free space below this, in bytes, means that the disk is full. */
const NOTHING_LEFT_BYTES = 1024 * 1024
const FULL = /ENOSPC|no space left|MDB_MAP_FULL|quota exceeded/i

/** Free bytes on the disk of a folder. */
export function bytesLeft(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/**
 * The error of a write: DISK_FULL with disk and folder when the disk is full, otherwise unchanged. `setting` is the key that
 * chooses another folder. `resumes`: the writer retries until there is space.
 */
export function explainWrite(
  error: unknown,
  folder: string,
  setting: string,
  left: (folder: string) => number = bytesLeft,
  resumes = false,
): unknown {
  if (error instanceof FactsError) return error
  const message = error instanceof Error ? error.message : String(error)
  const free = leftOf(folder, left)
  if (!FULL.test(message) && (free ?? Infinity) >= NOTHING_LEFT_BYTES) return error
  const path = resolve(folder)
  return new FactsError(
    'DISK_FULL',
    `The disk ${diskOf(path)} is full${free === undefined ? '' : ` (${Math.round(free / 1024)} kB left)`}, so ${path} could not be written: ${message}. ${resumes ? `Free space on it, and this continues without a restart; or choose a folder on another disk (${setting}) and start again. Nothing is lost.` : `Free space on it, or choose a folder on another disk (${setting}), and start again; nothing is lost.`}`,
    { cause: error },
  )
}

/** Undefined when it cannot be determined: there may be no such folder yet. */
function leftOf(folder: string, left: (folder: string) => number): number | undefined {
  try {
    return left(folder)
  } catch {
    return undefined
  }
}

/** Device and mount point of a path, on systems with mountinfo (proc(5)). */
function diskOf(path: string): string {
  let best = { mount: '', device: '' }
  try {
    for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
      const [before = '', after = ''] = line.split(' - ')
      const mount = before.split(' ')[4] ?? ''
      const isInside = path === mount || path.startsWith(mount === '/' ? '/' : `${mount}/`)
      if (mount === '' || !isInside || mount.length < best.mount.length) continue
      best = { mount, device: after.split(' ')[1] ?? '' }
    }
  } catch {
    // Other systems have no such file.
  }
  return best.mount === '' ? `of ${path}` : `${best.device} on ${best.mount}`
}
