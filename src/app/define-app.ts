import { FactsError } from '../errors'
import type { Fact } from '../fact/declare/define-fact'
import type { SchemaManifest } from '../protobuf/message/schema-manifest'
import type { OutboxFields } from '../fact/declare/outbox-fields'
import type { SourceFormat } from '../source-format/debezium'
import { formedFacts } from '../source-format/formed-facts'

/** A program of the application that is a verb of the command line: `facts <name> [arguments]`. */
export interface AppCommand {
  /** One sentence for `facts --help`. */
  readonly description: string
  /**
   * Path of the program, relative to the folder of facts.config.ts: TypeScript or JavaScript. It runs as a child process with the
   * verb's name and its arguments as they were given, and the database in DATABASE_URL.
   */
  readonly program: string
}

export interface AppSpec {
  /** Lower-case letters, digits and dashes. Default of the consumer group, and start of the names of its topics and its files. */
  readonly name: string
  /** Every fact that is published. */
  readonly facts: readonly Fact[]
  /**
   * How the records of the captured topics are written, when it is not with the settings of the shipped connector: `debezium` with
   * those of the connector that writes them.
   */
  readonly format?: SourceFormat
  /** The generated schemas of their messages. */
  readonly schemas: SchemaManifest
  /** The fact that is an outbox, which the feed serves at GET /events, and which of its fields are what of an event. */
  readonly outbox?: { readonly fact: string; readonly fields: OutboxFields }
  /** Topic of the changes that could not become a fact; default `<name>.dead-letters`. */
  readonly deadLetters?: string
  /** Path of the connector's file, relative to the folder of facts.config.ts; default `connectors/<name>.json`. */
  readonly connector?: string
  /**
   * Verbs of the application. On a PostgreSQL that it starts itself, `facts start` runs `migrate`, if there is one, before it captures
   * changes, and `seed` with `--number=<rows>` afterwards.
   */
  readonly commands?: Readonly<Record<string, AppCommand>>
  /** Defaults of the configuration, by section and key, as in facts.yaml; that, FACTS_* variables and flags override them. */
  readonly defaults?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Marks what `defineApp` has made, by whichever copy of this package. */
const DECLARED = Symbol.for('pgfacts.app')

/** An application: what the commands of `facts` run. */
export type App = Required<Omit<AppSpec, 'outbox' | 'format'>> &
  Pick<AppSpec, 'outbox' | 'format'> & {
    /** What facts lack or have inexactly because of the format, a sentence each. */
    readonly losses: readonly string[]
  }

/**
 * Declares an application, to be the default export of facts.config.ts, which every command of `facts` reads. Throws FactsError
 * TOPOLOGY_INVALID for a declaration that contradicts itself, CONFIG_INVALID for tables that cannot be read in its format.
 */
export function defineApp(spec: AppSpec): App {
  const { name, facts, outbox, commands = {} } = spec
  const names = facts.map((fact) => fact.name)
  const twice = names.find((one, index) => names.indexOf(one) !== index)
  const faults: string[] = []
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    faults.push(`its name is "${name}", not lower-case letters, digits and dashes`)
  }
  if (facts.length === 0) faults.push('it has no fact')
  if (twice !== undefined) faults.push(`it has two facts named ${twice}`)
  if (outbox !== undefined && !names.includes(outbox.fact)) {
    faults.push(
      `its outbox is "${outbox.fact}", which is not one of its facts (${names.join(', ')})`,
    )
  }
  if (faults.length > 0) {
    throw new FactsError('TOPOLOGY_INVALID', `The application is not valid: ${faults.join('; ')}.`)
  }
  const formed = spec.format === undefined ? { facts, losses: [] } : formedFacts(facts, spec.format)
  return Object.freeze({
    ...spec,
    ...formed,
    [DECLARED]: true,
    deadLetters: spec.deadLetters ?? `${name}.dead-letters`,
    connector: spec.connector ?? `connectors/${name}.json`,
    commands,
    defaults: spec.defaults ?? {},
  })
}

export function isApp(value: unknown): value is App {
  return typeof value === 'object' && value !== null && DECLARED in value
}
