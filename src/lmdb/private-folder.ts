import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const OTHERS = 0o077
/** The folder belongs to another user, such as a mounted volume, or its file system has no modes. */
const CANNOT_SET: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EROFS'])

/** Creates the folder and its missing parents with mode 700; restricts an existing one to that. */
export function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  closeToOthers(path)
  return path
}

/** Creates the file, empty, with mode 600, or restricts an existing one; for libraries that choose the mode themselves. */
export function privateFile(path: string): string {
  closeSync(openSync(path, 'a', 0o600))
  closeToOthers(path)
  return path
}

/** Restricts the folder and everything in it to this user, unless that was done before. */
export function privateTree(path: string): void {
  if (!closeToOthers(path)) return
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory() || entry.isFile()) closeToOthers(join(entry.parentPath, entry.name))
  }
}

/** Restricts the path to this user; whether other users had access. */
function closeToOthers(path: string): boolean {
  try {
    const mode = lstatSync(path).mode & 0o777
    if ((mode & OTHERS) === 0) return false
    chmodSync(path, mode & ~OTHERS)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Its owner has removed it.
    if (code === 'ENOENT' || CANNOT_SET.has(code)) return false
    throw error
  }
}
