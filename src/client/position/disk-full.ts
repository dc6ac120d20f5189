import { readFile, statfs } from 'node:fs/promises'
import { FollowError } from '../errors/follow-error'

/** No space is left, on the disk or in the quota of the user. */
const FULL: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT']

/** DISK_FULL, with the disk and the folder, for a write below the folder that failed for lack of space; otherwise undefined. */
export async function diskFull(cause: unknown, folder: string): Promise<FollowError | undefined> {
  const { code, message } = cause as NodeJS.ErrnoException
  if (!FULL.includes(code)) return undefined
  const [disk, left] = await Promise.all([diskOf(folder), spaceLeft(folder)])
  return new FollowError(
    'DISK_FULL',
    `The disk ${disk} is full${left}, so ${folder} could not be written: ${message}. Free space on it, or choose a folder on another disk (--position), and start again; nothing is lost.`,
    { cause },
  )
}

/** Empty when it cannot be determined: there may be no such folder yet. */
async function spaceLeft(folder: string): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return ` (${Math.round((bavail * bsize) / 1024)} kB left)`
  } catch {
    return ''
  }
}

/** Device and mount point of a path, on systems with mountinfo (proc(5)). */
async function diskOf(path: string): Promise<string> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  let best = { mount: '', device: '' }
  for (const line of mounts.split('\n')) {
    const [before = '', after = ''] = line.split(' - ')
    const mount = before.split(' ')[4] ?? ''
    const isInside = path === mount || path.startsWith(mount === '/' ? '/' : `${mount}/`)
    if (mount === '' || !isInside || mount.length < best.mount.length) continue
    best = { mount, device: after.split(' ')[1] ?? '' }
  }
  return best.mount === '' ? `of ${path}` : `${best.device} on ${best.mount}`
}
