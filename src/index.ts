/*
 * The public API: tables, facts and topologies as values, and the application that they make. Tests of them are written with
 * `pgfacts/testing`, followers of a feed with `pgfacts/client`.
 */
import type { google } from './gen/messages'
import { facts } from './gen/messages'

export { defineApp } from './app/define-app'
export type { App, AppCommand, AppSpec } from './app/define-app'

export { debezium } from './source-format/debezium'
export type { SourceFormat } from './source-format/debezium'

export { defineTable } from './table/table'
export type { KeyOf, RowOf, Table, TableOptions } from './table/table'
export * from './table/columns'
export type { Column } from './table/shape/column'
export type { ChangeEvent, Tombstone } from './table/shape/change-event'

export { defineFact } from './fact/declare/define-fact'
export type { Fact, FactSpec, MapInput } from './fact/declare/define-fact'
export { factTopic } from './fact/declare/fact-topic'
export type { FactMessage, FactTopic } from './fact/declare/fact-topic'
export { lookup } from './fact/declare/lookup'
export type { Lookup } from './fact/declare/lookup'
export type { OutboxFields } from './fact/declare/outbox-fields'
export type { ToastPolicy } from './fact/declare/toast-policy'
export { elementsOf } from './fact/value/elements'
export { timestampOf } from './fact/value/timestamp'

/** What happened to the row of a fact; in its header. */
export const Kind = facts.v1.Kind
export type Kind = facts.v1.Kind
/** What every fact carries first. */
export type Header = facts.v1.Header
/** Where the change of a fact was in the source database. */
export type FactSource = facts.v1.Source
/** google.protobuf.Timestamp, with exact seconds. */
export type Timestamp = google.protobuf.Timestamp
export type { MessageType } from './protobuf/message/message-type'
export type { SchemaManifest } from './protobuf/message/schema-manifest'
export { protobufSerde } from './protobuf/serde/protobuf-serde'
export type { ProtobufSerde, ProtobufSerdeOptions } from './protobuf/serde/protobuf-serde'

export { defineTopology } from './topology/topology'
export type {
  GlobalTable,
  ProcessorNode,
  Source,
  Topology,
  TopologySpec,
} from './topology/topology'
export type { Sink } from './topology/sink'
export type {
  Output,
  Processor,
  ProcessorContext,
  ProcessorSupplier,
  Stores,
  Tables,
} from './topology/processor'
export type { Headers, LogRecord, OutputRecord } from './topology/record'
export type { ReadOnlyKeyValueStore, StateStore } from './topology/store'
export type { Reader } from './broker/ports'

export { FactsError } from './errors'
export type { ErrorCode, Remedy } from './errors'
