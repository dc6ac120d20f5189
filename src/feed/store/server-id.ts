import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeKept } from './write-kept'

const FORM = /^[0-9a-f-]{36}$/

/** What this server is told from others by, made at the first start and kept in the file. */
export function serverId(file: string): string {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  if (FORM.test(kept)) return kept
  const id = randomUUID()
  writeKept(file, `${id}\n`)
  return id
}
