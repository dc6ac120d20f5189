import { Command } from 'commander'
import { auditCommand } from './audit'
import { deadLettersCommand } from './dead-letters'
import { describeCommand } from './describe'
import { doctorCommand } from './doctor'
import { feedCommand } from './feed'
import { followCommand } from './follow'
import { migrateCommand } from './migrate'
import { migrateCheckCommand } from './migrate-check'
import { pipelineCommand } from './pipeline'
import { provisionCommand } from './provision'
import { registerConnectorCommand } from './register-connector'
import { resyncCommand } from './resync'
import { seedCommand } from './seed'
import { stackCommand } from './stack'
import { startCommand } from './start'
import { superviseCommand } from './supervise'
import { watchCommand } from './watch'

/** `facts <verb>`: one command behind every npm script. */
export function factsCommand(): Command {
  return new Command('facts')
    .description(
      'PostgreSQL row changes become typed, enriched protobuf facts on Kafka, exactly once.',
    )
    .helpCommand(true)
    .addHelpText(
      'after',
      '\nConfiguration: facts.yaml (FACTS_CONFIG names another), FACTS_* variables over it, flags over both; a running local stack fills in its own addresses.',
    )
    .showHelpAfterError('(--help explains the verb)')
    .addCommand(startCommand())
    .addCommand(stackCommand())
    .addCommand(migrateCommand())
    .addCommand(migrateCheckCommand())
    .addCommand(seedCommand())
    .addCommand(provisionCommand())
    .addCommand(registerConnectorCommand())
    .addCommand(superviseCommand())
    .addCommand(pipelineCommand())
    .addCommand(feedCommand())
    .addCommand(followCommand())
    .addCommand(watchCommand())
    .addCommand(describeCommand())
    .addCommand(auditCommand())
    .addCommand(deadLettersCommand())
    .addCommand(resyncCommand())
    .addCommand(doctorCommand())
}
