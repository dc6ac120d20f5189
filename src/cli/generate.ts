import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import type { CodeOptions } from '../codegen/code-options'
import { FactsError } from '../errors'
import { fileChanges, generatedFiles, moduleOf, writeChanges } from './pull/app-folder'

interface Flags {
  readonly proto: string
  readonly out: string
  readonly module?: CodeOptions['module']
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
    .action(async ({ proto, out, module = moduleOf('.'), check }: Flags) => {
      if (!existsSync(proto)) {
        throw new FactsError(
          'CONFIG_INVALID',
          `There is no folder ${proto} with proto files. Run the command in the folder of the application, or name the folder: facts generate --proto <folder>`,
        )
      }
      const changes = fileChanges(out, await generatedFiles(proto, module))
      const paths = changes.map(({ path }) => join(out, path))
      if (check === true) {
        for (const path of paths) {
          console.error(`${path} is not what ${proto} makes. Run: facts generate`)
        }
        process.exitCode = paths.length === 0 ? 0 : 1
        return
      }
      writeChanges(out, changes)
      console.log(paths.length === 0 ? 'Everything is current.' : `Wrote ${paths.join(', ')}`)
    })
}
