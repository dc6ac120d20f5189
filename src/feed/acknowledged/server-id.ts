import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const FORM = /^[0-9a-f-]{36}$/

/** What this server is told from others by, made at the first start and kept in the file. */
export function serverId(file: string): string {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  if (FORM.test(kept)) return kept
  const id = randomUUID()
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${id}\n`)
  return id
}
