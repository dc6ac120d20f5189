// Generated from proto files by "facts generate". Do not edit.
import type { MessageType, facts, google } from 'pgfacts/protobuf'

export namespace wildapp {
  export namespace event {
    export namespace v1 {
      /** A row of wildapp_event: something the application tells others. A fact of kind KIND_DELETED carries header and id only. */
      export interface Event {
        readonly header: facts.v1.Header | null
        /** Unique; given when the row is inserted, so not in the order in which transactions commit. */
        readonly id: bigint
        /** For example "insert". */
        readonly type: string
        /** When the application says that it happened. */
        readonly timestamp: google.protobuf.Timestamp | null
        /** Whom alone it is for; absent when it is for everybody. */
        readonly subscriber: string | null
        /** JSON text, as PostgreSQL writes jsonb. */
        readonly payload: string
        /** The earlier event that this one changes. */
        readonly patchOf: bigint | null
      }
      export const Event: MessageType<Event>
    }
  }
  export namespace primary {
    export namespace v1 {
      /** A row of wildapp_primary with what it refers to. A fact of kind KIND_DELETED carries header and id only. Dates and times without a zone are ISO-8601 text, because protobuf's Timestamp is an instant. */
      export interface Primary {
        readonly header: facts.v1.Header | null
        readonly id: bigint
        readonly secondaryId: bigint | null
        readonly title: string
        readonly status: wildapp.primary.v1.Status
        readonly serialNumber: bigint
        /** Exact decimal as PostgreSQL writes it, for example "12345.6700". */
        readonly amount: string
        readonly quantity: number
        readonly score: number | null
        readonly verified: boolean
        readonly notes: string | null
        /** UUID text. */
        readonly externalId: string
        /** Local date and time, for example "2026-01-02T03:04:05.678901". */
        readonly happenedAt: string | null
        /** Date, for example "2026-01-02". */
        readonly dueOn: string | null
        /** Time of day, for example "03:04:05.678901". */
        readonly remindAt: string | null
        /** ISO-8601 duration, for example "P1DT2H". */
        readonly leadTime: string | null
        /** JSON text. */
        readonly attributes: string
        readonly labels: readonly string[]
        readonly fingerprint: Uint8Array | null
        readonly createdAt: google.protobuf.Timestamp | null
        readonly updatedAt: google.protobuf.Timestamp | null
        /** The row that secondary_id refers to as it stood when this fact was made; absent when there is none. */
        readonly secondary: wildapp.primary.v1.Secondary | null
      }
      export const Primary: MessageType<Primary>
      export interface Secondary {
        readonly id: bigint
        readonly name: string
        readonly code: string
        /** Exact decimal, for example "4.50". */
        readonly rating: string | null
        readonly tags: readonly string[]
        /** JSON text. */
        readonly settings: string
        readonly active: boolean
        readonly tertiary: wildapp.primary.v1.Tertiary | null
      }
      export const Secondary: MessageType<Secondary>
      export interface Tertiary {
        /** UUID text. */
        readonly id: string
        readonly name: string
        readonly region: wildapp.primary.v1.Region
        readonly foundedOn: string | null
        readonly opensAt: string | null
      }
      export const Tertiary: MessageType<Tertiary>
      export const Status: {
        readonly STATUS_UNSPECIFIED: 0
        readonly STATUS_DRAFT: 1
        readonly STATUS_ACTIVE: 2
        readonly STATUS_ARCHIVED: 3
      }
      export type Status = 0 | 1 | 2 | 3
      export const Region: {
        readonly REGION_UNSPECIFIED: 0
        readonly REGION_NORTH: 1
        readonly REGION_EAST: 2
        readonly REGION_SOUTH: 3
        readonly REGION_WEST: 4
      }
      export type Region = 0 | 1 | 2 | 3 | 4
    }
  }
}
