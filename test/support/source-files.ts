import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

/** What a TypeScript file imports, as text; the tests of the structure read it. */
export interface SourceFile {
  /** Path below the folder that was read. */
  readonly path: string
  readonly text: string
  readonly imports: readonly string[]
  /** Without those of types alone, which the compiled code does not have. */
  readonly codeImports: readonly string[]
}

export const root = resolve(__dirname, '..', '..')

export const filesIn = (folder: string): SourceFile[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name)
      const text = readFileSync(file, 'utf8')
      const code = text.replace(/^ *(?:import|export) type [^;'"]*? from '[^']+'/gm, '')
      return {
        path: relative(folder, file),
        text,
        imports: importsOf(text),
        codeImports: importsOf(code),
      }
    })

function importsOf(text: string): string[] {
  const found = text.matchAll(/(?:\bfrom|\bimport|\brequire(?:\.resolve)?\()\s*'([^'$\s]+)'/g)
  return [...found].map((match) => match[1] ?? '')
}
