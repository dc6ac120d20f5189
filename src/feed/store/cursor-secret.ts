import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeKept } from './write-kept'

const BYTES = 32

/**
 * The secret that authenticates cursors: the configured one, or one that is generated at the first start and stored in the
 * file. Servers that accept each other's cursors need the same secret.
 * Throws DISK_FULL and STATE_UNAVAILABLE.
 */
export function cursorSecret(configured: string | undefined, file: string): Buffer {
  if (configured !== undefined) return Buffer.from(configured)
  if (existsSync(file)) {
    const kept = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url')
    if (kept.length >= BYTES) return kept
  }
  const secret = randomBytes(BYTES)
  writeKept(file, `${secret.toString('base64url')}\n`)
  return secret
}
