import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Writes a file atomically: a temporary file beside it, fsync, rename. On a full disk the old content stays, where
 * an ordinary write would have emptied it. Mode 600.
 */
export function writeWhole(path: string, text: string): void {
  const next = `${path}.new`
  try {
    const handle = openSync(next, 'w', 0o600)
    try {
      // A single write may be partial; it returns the number of bytes.
      writeFileSync(handle, text)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(next, path)
  } catch (error) {
    rmSync(next, { force: true })
    throw error
  }
}
