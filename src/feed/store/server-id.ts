import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeKept } from './write-kept'

const FORM = /^[0-9a-f-]{36}$/

/** Id of this server, generated at the first start and stored in the file. */
export function serverId(file: string): string {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  if (FORM.test(kept)) return kept
  const id = randomUUID()
  writeKept(file, `${id}\n`)
  return id
}
