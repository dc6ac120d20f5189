import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Writes a file whole or not at all: beside it, to the disk, then in its place. On a full disk what was there stays, where
 * an ordinary write would have emptied it. Only its owner may read it.
 */
export function writeWhole(path: string, text: string): void {
  const next = `${path}.new`
  try {
    const handle = openSync(next, 'w', 0o600)
    try {
      // A single write may take a part only, and say so by a number.
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
