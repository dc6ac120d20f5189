import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { CodeOptions } from '../../codegen/code-options'
import { generate } from '../../codegen/generate'
import { FactsError } from '../../errors'
import type { Lock } from '../../pull/lock'
import { LOCK_FILE, parseLock } from '../../pull/lock'
import type { AppFile } from '../../pull/render/files'

/** What would be done to a file. */
export interface FileChange {
  readonly path: string
  readonly what: 'create' | 'update' | 'remove'
  readonly text: string
}

export const textOf = (folder: string, path: string): string | undefined =>
  existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : undefined

/** Throws CONFIG_INVALID where there is no application that was made by `facts init`, or its lock is damaged. */
export function readLock(folder: string): Lock {
  const text = textOf(folder, LOCK_FILE)
  if (text !== undefined) return parseLock(text)
  throw new FactsError(
    'CONFIG_INVALID',
    `${folder} has no ${LOCK_FILE}. Run the command in the folder of an application that "facts init" made, or make one: facts init <folder> --from postgres://...`,
  )
}

/** Differences between the files and the folder; an application's own files are only ever created. */
export function fileChanges(folder: string, files: readonly AppFile[]): readonly FileChange[] {
  return files.flatMap(({ path, text, kind }): readonly FileChange[] => {
    const there = textOf(folder, path)
    if (there === undefined) return [{ path, text, what: 'create' }]
    return kind === 'own' || there === text ? [] : [{ path, text, what: 'update' }]
  })
}

export function writeChanges(folder: string, changes: readonly FileChange[]): void {
  for (const { path, text, what } of changes) {
    const file = join(folder, path)
    if (what === 'remove') rmSync(file, { force: true })
    else {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
  }
}

/** The code of the messages of a folder of proto files. */
export async function generatedFiles(
  proto: string,
  module: CodeOptions['module'],
): Promise<readonly AppFile[]> {
  const code = await generate(proto, { runtime: 'pgfacts/protobuf', module })
  return [...code].map(([path, text]) => ({ path, text, kind: 'generated' }))
}

/** The form of an application's modules, as "type" in its package.json says. */
export function moduleOf(folder: string): CodeOptions['module'] {
  const { type } = JSON.parse(textOf(folder, 'package.json') ?? '{}') as { readonly type?: string }
  return type === 'module' ? 'esm' : 'commonjs'
}

/** The code of the messages, of the proto files that the folder has and those that are to be written. */
export async function messageCode(
  folder: string,
  changes: readonly FileChange[],
): Promise<readonly AppFile[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'facts-pull-'))
  try {
    if (existsSync(join(folder, 'proto'))) {
      cpSync(join(folder, 'proto'), join(scratch, 'proto'), { recursive: true })
    }
    writeChanges(
      scratch,
      changes.filter(({ path }) => path.startsWith('proto/')),
    )
    const code = await generatedFiles(join(scratch, 'proto'), moduleOf(folder))
    return code.map((file) => ({ ...file, path: `gen/${file.path}` }))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
