// Generated from proto files by "facts generate". Do not edit.
import type { MessageType } from '../protobuf/message'

export namespace facts {
  export namespace v1 {
    /** What every fact carries first: what happened, to whom, when, and where it was read. A header depends only on the source change, never on the clock or the host of the pipeline. */
    export interface Header {
      /** Deterministic: the same source change always gets the same id, so a reader can drop repeats by it. */
      readonly id: string
      readonly kind: facts.v1.Kind
      /** Primary key of the row, as text; the same text is the Kafka record key. */
      readonly subject: string
      /** Grows with every fact of one subject, not by one. It is the WAL position of the change where that is higher than the subject's last revision, and one more than the last otherwise: after a restore of the database, whose positions begin again, after a snapshot, and for several changes at one position. */
      readonly revision: bigint
      /** When the source transaction committed, in microseconds at best. */
      readonly time: google.protobuf.Timestamp | null
      readonly source: facts.v1.Source | null
      /** Columns whose value was not in the change, because PostgreSQL leaves unchanged TOASTed values out. Their fields are empty. */
      readonly unavailable: readonly string[]
      /** The row's primary key was changed: this fact and the one of the other subject, named here, are of the same change. Of a created fact: the subject that the row had before. */
      readonly movedFrom: string
      /** Of a deleted fact: the subject that the row has now. */
      readonly movedTo: string
    }
    export const Header: MessageType<Header>
    /** Coordinates of the change in the source database. */
    export interface Source {
      /** Debezium's topic prefix. */
      readonly connector: string
      readonly database: string
      readonly schema: string
      readonly table: string
      /** WAL position of the change. Not monotone across transactions, and shared by rows of one multi-row statement. Of one history of the database only: after a restore it begins again, while revisions grow. */
      readonly lsn: bigint
      readonly transactionId: bigint
      /** Place of the change inside its transaction, from 1; 0 when the source did not say. */
      readonly transactionOrder: bigint
      /** The row was read by a snapshot, not by the change stream. */
      readonly snapshot: boolean
    }
    export const Source: MessageType<Source>
    export const Kind: {
      readonly KIND_UNSPECIFIED: 0
      readonly KIND_CREATED: 1
      readonly KIND_UPDATED: 2
      readonly KIND_DELETED: 3
      readonly KIND_SNAPSHOT: 4
    }
    export type Kind = 0 | 1 | 2 | 3 | 4
  }
}

export namespace google {
  export namespace protobuf {
    export interface Timestamp {
      readonly seconds: bigint
      readonly nanos: number
    }
    export const Timestamp: MessageType<Timestamp>
  }
}
