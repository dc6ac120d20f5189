import { Command } from 'commander'
import { provision } from '../compose/app'
import { loadConfig } from '../config/config'
import { withRights } from './rights/demand-rights'

/** `facts provision`: creates what has to exist before the pipeline starts; changes nothing that exists. */
export function provisionCommand(): Command {
  return new Command('provision')
    .description(
      'Create the missing topics with explicit settings and register the fact schemas (BACKWARD).',
    )
    .action(async () => {
      const config = loadConfig()
      await withRights(config, 'provision', () => provision(config, (line) => console.log(line)))
    })
}
