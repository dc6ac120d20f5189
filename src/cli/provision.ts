import { Command } from 'commander'
import { provision } from '../app'
import { loadConfig } from '../config'

/** `facts provision`: what has to exist before the pipeline starts; changes nothing that is there. */
export function provisionCommand(): Command {
  return new Command('provision')
    .description(
      'Create the missing topics with explicit settings and register the fact schemas (BACKWARD).',
    )
    .action(async () => {
      await provision(loadConfig(), (line) => console.log(line))
    })
}
