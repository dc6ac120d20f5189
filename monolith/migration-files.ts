import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Problem } from './problem'

export interface MigrationFile {
  readonly name: string
  readonly sql: string
  /** SHA-256 of the content, hexadecimal. */
  readonly checksum: string
}

/** The committed SQL files in the order of their numbers. */
export function migrationFiles(folder: string = migrationsFolder()): readonly MigrationFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/** SQL is not compiled: run from dist/, the folder is still found below the package's root. */
function migrationsFolder(): string {
  for (let folder = __dirname; ; folder = resolve(folder, '..')) {
    for (const candidate of [join(folder, 'migrations'), join(folder, 'monolith', 'migrations')]) {
      if (existsSync(join(candidate, '0001_models.sql'))) return candidate
    }
    if (folder === resolve(folder, '..')) {
      throw new Problem(
        `The folder monolith/migrations was not found above ${__dirname}. The installation is incomplete.`,
      )
    }
  }
}
