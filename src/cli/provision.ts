import { Command } from 'commander'
import { provision } from '../compose/provision'
import { appConfig } from '../app/app-config'
import { withRights } from './rights/demand-rights'

/** `facts provision`: creates what has to exist before the pipeline starts; changes nothing that exists. */
export function provisionCommand(): Command {
  return new Command('provision')
    .description(
      'Create the missing topics with explicit settings and register the fact schemas (BACKWARD).',
    )
    .action(async () => {
      const config = await appConfig()
      await withRights(config, 'provision', () => provision(config, (line) => console.log(line)))
    })
}
