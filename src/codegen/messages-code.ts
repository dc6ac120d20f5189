import { pbjs } from 'protobufjs-cli'
import { join } from 'node:path'
import { packageRoot } from '../package-root'
import type { CodeOptions } from './code-options'
import { HEADER_PACKAGES } from './code-options'
import type { ProtoFiles } from './proto-file'

const OPTIONS = [
  '--target',
  'static-module',
  '--root',
  'facts',
  '--no-create',
  '--no-verify',
  '--no-convert',
  '--no-delimited',
  '--no-service',
  '--no-comments',
]

/**
 * pbjs's static code, with four changes:
 * - 64-bit fields are bigint instead of Long: it requires protobuf/message/protobufjs, whose reader and writer are exact, and its
 *   tests for "is the default" are rewritten. Throws when a form of 64-bit code is left that it does not know.
 * - No `hasOwnProperty` before each field: a default that is inherited is not written anyway. A quarter faster.
 * - Tag and value are written by one call of FieldWriter. A fifth faster.
 * - The classes of the header are those of the package, and modules do not share a root.
 */
export async function messagesCode(files: ProtoFiles, options: CodeOptions): Promise<string> {
  const folders = [...files].map(([name, path]) => path.slice(0, -name.length - 1))
  const output = await run([
    ...OPTIONS,
    '--wrap',
    options.module === 'esm' ? 'es6' : 'commonjs',
    '--dependency',
    options.runtime,
    ...[...new Set([...folders, join(packageRoot(), 'proto')])].flatMap((path) => ['--path', path]),
    ...files.values(),
  ])
  const exact = output
    .replace(
      /\$util\.Long \? \$util\.Long\.(?:fromBits|fromNumber)\((?:0,)?0, ?(?:true|false)\) : 0;/g,
      '0n;',
    )
    .replace(
      /\(typeof (message\.\w+) === "object" \? \1\.low \|\| \1\.high : \1 !== 0\)/g,
      '$1 !== 0n',
    )
    .replace(
      /typeof \((value = reader\.\w+\(\))\) === "object" \? value\.low \|\| value\.high : value !== 0\)/g,
      '($1) !== 0n)',
    )
    .replace(/ && \$Object\.hasOwnProperty\.call\(message, "[\w$]+"\)/g, '')
    .replace(/writer\.uint32\((\d+)\)\.fork\(\)/g, 'writer.forkField($1)')
    .replace(
      /writer\.uint32\((\d+)\)\.(string|int32|int64|uint64|bool|double|bytes)\(/g,
      'writer.$2Field($1, ',
    )
  const left = /^.*(?:Long|\.low\b|LongBits).*$/m.exec(exact)
  if (left !== null) {
    throw new Error(
      `protobufjs generated a form of 64-bit code that src/codegen/messages-code.ts does not know: ${left[0].trim()}`,
    )
  }
  return withRoot(exact, options)
}

/** The code with a root of its own, which has the header's classes. */
function withRoot(code: string, { isHeader = false }: CodeOptions): string {
  const own = code
    .replace(/^import \$protobuf from/m, 'import * as $protobuf from')
    .replace(
      /^(const|var) \$root = .*;$/m,
      isHeader
        ? '$1 $root = {};'
        : `$1 $root = { ${HEADER_PACKAGES.map((name) => `${name}: $protobuf.${name}`).join(', ')} };`,
    )
    .replace(/^export \{\n.*\n\};\n/m, '')
  if (isHeader) return own
  return HEADER_PACKAGES.reduce(
    (text, name) =>
      text.replace(
        new RegExp(
          `^(?:export const ${name} = )?\\$root\\.${name} = \\([\\s\\S]*?^\\}\\)\\(\\);\\n\\n`,
          'm',
        ),
        '',
      ),
    own,
  )
}

const run = (args: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    pbjs.main(args, (error, output) => {
      if (error !== null || output === undefined) reject(error ?? new Error('pbjs wrote nothing'))
      else resolve(output)
    })
  })
