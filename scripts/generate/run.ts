import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { migrateCommand } from '../../monolith/migrate-command'
import { seedCommand } from '../../monolith/seed-command'
import { aclsPage } from './acls'
import { cliPage } from './cli'
import { columnTypesPage } from './column-types'
import { configurationPage } from './configuration'
import { errorsPage } from './errors'
import { generate, generateHeader } from '../../src/codegen/generate'
import { metricsPage } from './metrics'
import { sampleConfiguration } from './sample-configuration'

/** Pages that are made from tables in code. */
const PAGES: readonly (readonly [path: string, page: () => string])[] = [
  [join('docs', 'reference', 'column-types.md'), columnTypesPage],
  [join('docs', 'reference', 'configuration.md'), configurationPage],
  [join('docs', 'reference', 'errors.md'), errorsPage],
  [join('docs', 'reference', 'metrics.md'), metricsPage],
  [join('docs', 'reference', 'cli.md'), () => cliPage([migrateCommand(), seedCommand()])],
  [join('docs', 'acls.md'), aclsPage],
  [join('deploy', 'facts.yaml'), sampleConfiguration],
]

/**
 * Writes what is generated below `root`: the code of the header, of the sample's messages and of the examples', and the pages of docs that are
 * made from tables in code. With `--check` it writes nothing, and what is committed there is compared.
 * Gives the exit code: 0, 1 when something is not what would be written, 2 for arguments that it does not know.
 */
export async function run(root: string, args: readonly string[]): Promise<number> {
  const unknown = args.filter((argument) => argument !== '--check')
  if (unknown.length > 0) {
    console.error(`Unknown argument ${unknown.join(' ')}. Usage: tsx scripts/generate.ts [--check]`)
    return 2
  }
  const proto = join(root, 'proto')
  const files = new Map<string, string>()
  const add = (folder: string, code: ReadonlyMap<string, string>): void => {
    for (const [name, content] of code) files.set(join(folder, name), content)
  }
  add(join('src', 'gen'), await generateHeader(proto, '../protobuf/message'))
  add(
    join('src', 'wildapp', 'gen'),
    await generate(proto, { runtime: 'pgfacts/protobuf', module: 'commonjs' }),
  )
  add(
    join('examples', 'gen'),
    await generate(join(root, 'examples', 'proto'), {
      runtime: 'pgfacts/protobuf',
      module: 'commonjs',
    }),
  )
  for (const [path, page] of PAGES) files.set(path, await formatted(join(root, path), page()))
  const stale = [...files].filter(([path, content]) => read(join(root, path)) !== content)
  if (args.includes('--check')) {
    for (const [path] of stale)
      console.error(`${path} is not what it is generated from. Run: npm run generate`)
    if (stale.length === 0) console.log(`What is generated is current (${files.size} files).`)
    return stale.length === 0 ? 0 : 1
  }
  for (const [path, content] of stale) writeFileSync(join(root, path), content)
  console.log(
    stale.length === 0
      ? 'Everything was current.'
      : `Wrote ${stale.map(([path]) => path).join(', ')}.`,
  )
  return 0
}

async function formatted(path: string, content: string): Promise<string> {
  return format(content, { ...(await resolveConfig(path)), filepath: path })
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
