import { colors as pc } from '../../colors'
import type { Config } from '../../config/config'
import { restAddress } from '../../config/rest-config'

export interface Addresses {
  readonly health: string
  readonly feed: string
}

/** Commands to try next, in another terminal. */
export function nextSteps({ kafka, registry }: Config, { health, feed }: Addresses): string {
  const brokers = kafka.brokers.join(',')
  const steps: readonly (readonly [command: string, what: string])[] = [
    ['npm run seed -- --number=100', 'more rows'],
    ['npm run seed -- --churn --rate=20', 'inserts, updates and deletes without end'],
    [
      `curl -N '${feed}/feeds/wildapp.primary/stream?start=snapshot'`,
      'the facts, and every change',
    ],
    [`curl -N '${feed}/events?start=earliest&consumer=me'`, "the outbox's events, in commit order"],
    [`open ${feed}/`, 'the same in a browser'],
    ['npm run watch -- --from-beginning', 'every change so far, beside its fact'],
    ['npm run describe', 'what is read, joined and written'],
    ['npm run doctor', 'is everything as it should be'],
    [
      `kcat -b ${brokers} -t monolith.public.wildapp_primary -C -e`,
      'the changes, as Debezium writes them',
    ],
    [
      `kcat -b ${brokers} -t wildapp.primary.facts -C -e -X isolation.level=read_committed -f '%k %h\\n'`,
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
