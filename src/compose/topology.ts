import type { AppConfig } from '../app/app-config'
import type { TableDeclaration } from '../table/table'
import { compile } from '../fact/compile/compile'
import { tablesOf } from '../fact/declare/tables-of'
import type { Topology } from '../topology/topology'
import { protobufSerde } from '../protobuf/serde/protobuf-serde'
import { SchemaRegistry } from '../protobuf/registry/registry'

/** The topology of the application's facts. Connects to nothing. */
export function factsTopology({
  app,
  registry,
  pipeline,
}: Pick<AppConfig, 'app' | 'registry'> & Partial<Pick<AppConfig, 'pipeline'>>): Topology {
  const { facts, schemas, deadLetters } = app
  const store = new SchemaRegistry(registry)
  return compile(facts, {
    deadLetters,
    ...(pipeline === undefined ? {} : { epoch: pipeline.epoch }),
    schemaText: (id) => store.textOf(id),
    serde: ({ name, type }) => protobufSerde({ topic: name, type, schemas, store }),
  })
}

/** The declared tables that facts are made of and enriched from. */
export function declaredTables({ app }: Pick<AppConfig, 'app'>): readonly TableDeclaration[] {
  return [...tablesOf(app.facts)].map(({ declaration }) => declaration)
}
