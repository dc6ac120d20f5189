import type { AppConfig } from '../app/app-config'
import type { WatcherOptions } from '../observe/watch/watcher'
import { Watcher } from '../observe/watch/watcher'
import { SchemaRegistry } from '../protobuf/registry/registry'
import { framePrinter } from '../protobuf/serde/frame-printer'
import { canonicalRecord, prepareRecords } from './canonical-record'
import { declaredTables, factsTopology } from './topology'

export interface WatcherParts extends Pick<
  WatcherOptions,
  'log' | 'print' | 'onPair' | 'style' | 'hidesSnapshot'
> {
  readonly config: AppConfig
}

export function watcher({ config, ...options }: WatcherParts): Watcher {
  const { facts, schemas } = config.app
  const types = facts.map(({ to }) => to.type)
  const store = new SchemaRegistry(config.registry)
  const printer = framePrinter({ types, schemas, store })
  return new Watcher({
    ...options,
    topology: factsTopology(config),
    canonical: canonicalRecord(facts),
    fullIdentity: new Set(
      declaredTables(config)
        .filter(({ replicaIdentity }) => replicaIdentity === 'full')
        .map(({ topic }) => topic),
    ),
    prepareChanges: (records) =>
      prepareRecords(facts, records, (id) => store.textOf(id)).catch(() => undefined),
    prepare: (records) => printer.prepareFor(records.map((record) => record.value)),
    factText: ({ value }) => (value === null ? 'null' : printer.print(value)),
  })
}
