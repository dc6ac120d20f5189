import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from './generate/generate'

/**
 * `tsx scripts/generate.ts` writes src/gen from proto; with `--check` it writes nothing and exits 1 when what is
 * committed is not what would be written.
 */
async function main(args: readonly string[]): Promise<number> {
  const unknown = args.filter((argument) => argument !== '--check')
  if (unknown.length > 0) {
    console.error(`Unknown argument ${unknown.join(' ')}. Usage: tsx scripts/generate.ts [--check]`)
    return 2
  }
  const root = join(__dirname, '..')
  const target = join(root, 'src', 'gen')
  const files = await generate(join(root, 'proto'), '../wire')
  const stale = [...files].filter(([name, content]) => read(join(target, name)) !== content)
  if (args.includes('--check')) {
    for (const [name] of stale)
      console.error(`src/gen/${name} is not what proto says. Run: npm run generate`)
    if (stale.length === 0) console.log(`src/gen is current (${files.size} files).`)
    return stale.length === 0 ? 0 : 1
  }
  for (const [name, content] of stale) writeFileSync(join(target, name), content)
  console.log(
    stale.length === 0
      ? 'src/gen was current.'
      : `Wrote ${stale.map(([name]) => `src/gen/${name}`).join(', ')}.`,
  )
  return 0
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  },
)
