import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { generate } from '../codegen/generate'
import { FactsError } from '../errors'

interface Flags {
  readonly proto: string
  readonly out: string
  readonly module?: 'commonjs' | 'esm'
  readonly check?: boolean
}

/** `facts generate`: the TypeScript of an application's messages, from its proto files. */
export function generateCommand(): Command {
  return new Command('generate')
    .description("Write the code of this application's messages, from its proto files")
    .option('--proto <folder>', 'folder of the proto files', 'proto')
    .option('--out <folder>', 'folder of the code, which is overwritten', 'gen')
    .addOption(
      new Option(
        '--module <form>',
        'form of the JavaScript; default: what "type" in package.json says',
      ).choices(['commonjs', 'esm']),
    )
    .option('--check', 'write nothing; exit 1 when something would be written')
    .action(async ({ proto, out, module = moduleOf('package.json'), check }: Flags) => {
      if (!existsSync(proto)) {
        throw new FactsError(
          'CONFIG_INVALID',
          `There is no folder ${proto} with proto files. Run the command in the folder of the application, or name the folder: facts generate --proto <folder>`,
        )
      }
      const code = await generate(proto, { runtime: 'pgfacts/protobuf', module })
      const stale = [...code].filter(([name, text]) => textOf(join(out, name)) !== text)
      if (check === true) {
        for (const [name] of stale) {
          console.error(`${join(out, name)} is not what ${proto} makes. Run: facts generate`)
        }
        process.exitCode = stale.length === 0 ? 0 : 1
        return
      }
      mkdirSync(out, { recursive: true })
      for (const [name, text] of stale) writeFileSync(join(out, name), text)
      console.log(
        stale.length === 0
          ? 'Everything is current.'
          : `Wrote ${stale.map(([name]) => join(out, name)).join(', ')}`,
      )
    })
}

const textOf = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8') : undefined

function moduleOf(file: string): 'commonjs' | 'esm' {
  const { type } = JSON.parse(textOf(file) ?? '{}') as { readonly type?: string }
  return type === 'module' ? 'esm' : 'commonjs'
}
