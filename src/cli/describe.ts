import { Command, Option } from 'commander'
import { factsTopology, feedDefinitions } from '../app'
import { loadConfig } from '../config'
import { describeAsMermaid, describeAsText } from '../topology/describe'

/** `facts describe`: the topology, without connecting to anything. */
export function describeCommand(): Command {
  return new Command('describe')
    .description('Print the topology: which topics are read, joined and written.')
    .addOption(
      new Option('--format <format>', 'form of the output')
        .choices(['text', 'mermaid', 'all'])
        .default('all'),
    )
    .action(({ format }: { format: 'text' | 'mermaid' | 'all' }) => {
      const topology = factsTopology(loadConfig())
      if (format !== 'mermaid') {
        console.log(describeAsText(topology))
        for (const { name, topic } of feedDefinitions) {
          console.log(`  Feed: /feeds/${name} (topic: ${topic})`)
        }
      }
      if (format === 'all') console.log('')
      if (format !== 'text') console.log(describeAsMermaid(topology))
    })
}
