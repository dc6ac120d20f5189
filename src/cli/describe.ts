import { Command, Option } from 'commander'
import { feedDefinitions } from '../compose/feed-definitions'
import { factsTopology } from '../compose/topology'
import { appConfig } from '../app/app-config'
import { describeAcls } from './rights/describe-acls'
import { describeAsMermaid, describeAsText } from '../topology/describe'

interface Flags {
  readonly format: 'text' | 'mermaid' | 'all'
  readonly acls?: boolean
  readonly principal?: string
}

/** `facts describe`: the topology, without connecting to anything. */
export function describeCommand(): Command {
  return new Command('describe')
    .description('Print the topology: which topics are read, joined and written.')
    .addOption(
      new Option('--format <format>', 'form of the output')
        .choices(['text', 'mermaid', 'all'])
        .default('all'),
    )
    .option(
      '--acls',
      'instead, the kafka-acls commands that grant each verb, and Kafka Connect, what it needs',
    )
    .option(
      '--principal <principal>',
      'principal of the --acls commands; default: the configured user',
    )
    .action(async ({ format, acls, principal }: Flags) => {
      const config = await appConfig()
      if (acls === true) {
        console.log(describeAcls(config, principal))
        return
      }
      const topology = factsTopology(config)
      if (format !== 'mermaid') {
        console.log(describeAsText(topology))
        for (const { name, topic } of feedDefinitions(config)) {
          console.log(`  Feed: /feeds/${name} (topic: ${topic})`)
        }
      }
      for (const loss of config.app.losses) console.log(`  The format loses something: ${loss}`)
      if (format === 'all') console.log('')
      if (format !== 'text') console.log(describeAsMermaid(topology))
    })
}
