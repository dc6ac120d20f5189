import { commandLine } from '../../command-line'
import { colors as pc } from '../../colors'
import type { AppConfig } from '../../app/app-config'
import { restAddress } from '../../config/rest-config'

export interface Addresses {
  readonly health: string
  readonly feed: string
}

type Step = readonly [command: string, what: string]

const SEEDING: readonly Step[] = [
  [commandLine('seed', '--number=100'), 'more rows'],
  [commandLine('seed', '--churn', '--rate=20'), 'inserts, updates and deletes without end'],
]

const outbox = (feed: string): Step => [
  `curl -N '${feed}/events?start=earliest&consumer=me'`,
  "the outbox's events, in commit order",
]

/** Commands to try next, in another terminal. */
export function nextSteps(
  { app, kafka, registry }: AppConfig,
  { health, feed }: Addresses,
): string {
  const brokers = kafka.brokers.join(',')
  const [first] = app.facts
  const steps: readonly Step[] = [
    ...('seed' in app.commands ? SEEDING : []),
    [
      `curl -N '${feed}/feeds/${first?.name ?? ''}/stream?start=snapshot'`,
      'the facts, and every change',
    ],
    ...(app.outbox === undefined ? [] : [outbox(feed)]),
    [`open ${feed}/`, 'the same in a browser'],
    [commandLine('watch', '--from-beginning'), 'every change so far, beside its fact'],
    [commandLine('describe'), 'what is read, joined and written'],
    [commandLine('doctor'), 'is everything as it should be'],
    [
      `kcat -b ${brokers} -t ${first?.from.topic ?? ''} -C -e`,
      'the changes, as Debezium writes them',
    ],
    [
      `kcat -b ${brokers} -t ${first?.to.name ?? ''} -C -e -X isolation.level=read_committed -f '%k %h\\n'`,
      'keys and headers of the facts',
    ],
    [`curl ${health}/metrics`, 'metrics of the pipeline'],
    [`curl ${restAddress(registry).base}/subjects`, 'the registered schemas'],
  ]
  const width = Math.min(60, Math.max(...steps.map(([command]) => command.length)))
  const lines = steps.map(([command, what]) => `  ${command.padEnd(width)}  ${pc.dim(what)}`)
  return [
    pc.bold('Try in another terminal'),
    ...lines,
    '',
    'Ctrl-C stops everything; the next start resumes where this one ended.',
  ].join('\n')
}
