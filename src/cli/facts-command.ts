import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import type { AppCommand } from '../app/define-app'
import { packageRoot } from '../package-root'
import { appCommand } from './app-command'

/** Each module is loaded when its verb runs or helps: `facts follow` needs neither a broker's client nor a store. */
const VERBS: Readonly<Record<string, () => Command>> = {
  init: () => (require('./init') as typeof import('./init')).initCommand(),
  pull: () => (require('./pull') as typeof import('./pull')).pullCommand(),
  prepare: () => (require('./prepare') as typeof import('./prepare')).prepareCommand(),
  generate: () => (require('./generate') as typeof import('./generate')).generateCommand(),
  start: () => (require('./start') as typeof import('./start')).startCommand(),
  stack: () => (require('./stack') as typeof import('./stack')).stackCommand(),
  'migrate-check': () =>
    (require('./migrate-check') as typeof import('./migrate-check')).migrateCheckCommand(),
  provision: () => (require('./provision') as typeof import('./provision')).provisionCommand(),
  'register-connector': () =>
    (
      require('./register-connector') as typeof import('./register-connector')
    ).registerConnectorCommand(),
  supervise: () => (require('./supervise') as typeof import('./supervise')).superviseCommand(),
  pipeline: () => (require('./pipeline') as typeof import('./pipeline')).pipelineCommand(),
  feed: () => (require('./feed') as typeof import('./feed')).feedCommand(),
  follow: () => (require('./follow') as typeof import('./follow')).followCommand(),
  watch: () => (require('./watch') as typeof import('./watch')).watchCommand(),
  describe: () => (require('./describe') as typeof import('./describe')).describeCommand(),
  audit: () => (require('./audit') as typeof import('./audit')).auditCommand(),
  'dead-letters': () =>
    (require('./dead-letters') as typeof import('./dead-letters')).deadLettersCommand(),
  resync: () => (require('./resync') as typeof import('./resync')).resyncCommand(),
  doctor: () => (require('./doctor') as typeof import('./doctor')).doctorCommand(),
}

export const isVerb = (name: string): boolean => Object.hasOwn(VERBS, name)

/**
 * `facts <verb>`: the command that every npm script runs. With the name of a verb, that verb only; else all of them, and the
 * `commands` of the application.
 */
export function factsCommand(
  verb?: string,
  commands: Readonly<Record<string, AppCommand>> = {},
): Command {
  const facts = new Command('facts')
    .description(
      'PostgreSQL row changes become typed, enriched protobuf facts on Kafka, exactly once.',
    )
    .version(packageVersion())
    .option(
      '--config <path>',
      'file that declares the application; default: facts.config.ts (.mts, .js ...) in this folder or the nearest above',
    )
    .helpCommand(true)
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      '\nConfiguration: facts.yaml beside facts.config.ts (or the file in FACTS_CONFIG), overridden by FACTS_* variables, overridden by flags; a running local stack provides its own addresses.',
    )
    .showHelpAfterError('(--help explains the verb)')
  const add = (command: Command): void =>
    void facts.addCommand(command.copyInheritedSettings(facts))
  for (const [name, load] of Object.entries(VERBS)) {
    if (name === verb || !isVerb(verb ?? '')) add(load())
  }
  for (const [name, command] of Object.entries(commands)) {
    if (!isVerb(name)) add(appCommand(name, command))
  }
  return facts
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    readonly version: string
  }
  return version
}
