import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const OTHERS = 0o077
/** The folder is another user's, such as a volume that was mounted for us, or its file system knows no modes. */
const CANNOT_SET: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EROFS'])

/** Makes the folder, and those above it that are missing, for this user alone; one that is there is closed to others. */
export function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  closeToOthers(path)
  return path
}

/** Makes the file, empty, for this user alone, and closes one that is there; for libraries that choose its mode themselves. */
export function privateFile(path: string): string {
  closeSync(openSync(path, 'a', 0o600))
  closeToOthers(path)
  return path
}

/** Closes the folder and everything in it, as far as that was not done before. */
export function privateTree(path: string): void {
  if (!closeToOthers(path)) return
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory() || entry.isFile()) closeToOthers(join(entry.parentPath, entry.name))
  }
}

/** Whether it was open to others. */
function closeToOthers(path: string): boolean {
  try {
    const mode = lstatSync(path).mode & 0o777
    if ((mode & OTHERS) === 0) return false
    chmodSync(path, mode & ~OTHERS)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Whoever it belonged to has removed it.
    if (code === 'ENOENT' || CANNOT_SET.has(code)) return false
    throw error
  }
}
