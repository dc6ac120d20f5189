import { compile } from '../fact/compile/compile'
import type { Fact } from '../fact/declare/define-fact'
import { ensureSchemas } from '../protobuf/registry/ensure-schemas'
import { fullNameOf } from '../protobuf/message/message-type'
import { protobufSerde } from '../protobuf/serde/protobuf-serde'
import type { SchemaManifest } from '../protobuf/message/schema-manifest'
import type { DriveTopologyOptions } from './driver'
import { Driver } from './driver'
import { MemorySchemaStore } from './memory-schema-store'

export interface DriveOptions extends DriveTopologyOptions {
  /** The generated schemas of the facts' messages. */
  readonly schemas: SchemaManifest
}

/** Runs facts on the shipped runtime over an in-memory log; see docs/testing.md. Stop it after the test. */
export async function drive<Declared extends Fact>(
  facts: Declared | readonly Declared[],
  options: DriveOptions,
): Promise<Driver<Declared>> {
  const list = Array.isArray(facts) ? (facts as readonly Declared[]) : [facts as Declared]
  const { schemas } = options
  const store = new MemorySchemaStore()
  const topics = list.map(({ to }) => ({ topic: to.name, message: fullNameOf(to.type) }))
  await ensureSchemas(schemas, topics, store)
  const topology = compile(list, {
    deadLetters: 'driven.dead-letters',
    serde: ({ name, type }) => protobufSerde({ topic: name, type, schemas, store }),
  })
  return new Driver(list, topology, { schemas, store }, options)
}
