import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { privateFolder } from '../../lmdb/private-folder'

/** Replaces the file in one step: a reader sees the old content or the new, never half of it. */
export function writeJsonFile(path: string, value: unknown): void {
  privateFolder(dirname(path))
  const aside = `${path}.${process.pid}.part`
  writeFileSync(aside, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(aside, path)
}

/** Content of the file; undefined when it is missing or not JSON. */
export function readJsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
