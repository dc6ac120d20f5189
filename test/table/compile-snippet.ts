import { join } from 'node:path'
import ts from 'typescript'

const ROOT = join(__dirname, '../..')

/**
 * The messages of the errors that TypeScript finds in each snippet, under the project's own settings. A snippet is
 * a file of this folder that exists only in memory.
 */
export function compileErrors(snippets: readonly string[]): readonly (readonly string[])[] {
  const { config } = ts.readConfigFile(
    join(ROOT, 'tsconfig.json'),
    ts.sys.readFile.bind(ts.sys),
  ) as {
    readonly config: unknown
  }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT)
  const host = ts.createCompilerHost(options)
  const files = new Map(
    snippets.map((text, index) => [join(__dirname, `snippet-${index}.ts`), text] as const),
  )
  const onDisk = { ...host }
  host.fileExists = (name) => files.has(name) || onDisk.fileExists(name)
  host.readFile = (name) => files.get(name) ?? onDisk.readFile(name)
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name)
    return text === undefined
      ? onDisk.getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2023)
  }
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true }, host)
  return [...files.keys()].map((name) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  )
}
