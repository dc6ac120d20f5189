import { debeziumRecord } from '../../src/testing/debezium'
import { topicOf } from './table-changes'

/** A change of a row, at a position that the test chooses. */
export interface MadeChange {
  readonly table: string
  readonly op: 'c' | 'u' | 'd' | 'r' | 't'
  readonly key: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>> | null
  readonly before?: Readonly<Record<string, unknown>> | null
  readonly lsn: number
  /** Microseconds since the epoch. */
  readonly committedAt?: bigint
  /** Place in the source transaction. */
  readonly order?: number
}

/** Microseconds: 2026-01-02T03:04:05.678901Z. */
export const COMMITTED_AT = 1_767_323_045_678_901n

export function debeziumValue({
  table,
  op,
  after = null,
  before = null,
  lsn,
  order = 1,
  committedAt = COMMITTED_AT,
}: MadeChange): string {
  const { value } = debeziumRecord({
    topic: topicOf(table),
    database: 'wildapp',
    op,
    key: null,
    after,
    before,
    committedAt,
    lsn: BigInt(lsn),
    transaction: op === 'r' ? null : { id: 768n, order },
  })
  return String(value)
}

export const debeziumKey = (key: Readonly<Record<string, unknown>>): string => JSON.stringify(key)

const CREATED = '2025-06-01T10:00:00.000000Z'

export const tertiaryRow = (id: string, name: string): Record<string, unknown> => ({
  id,
  name,
  region: 'north',
  founded_on: '1921-01-31Z',
  opens_at: '08:30:00Z',
  created_at: CREATED,
  updated_at: CREATED,
})

export const secondaryRow = (
  id: number,
  tertiaryId: string,
  name: string,
): Record<string, unknown> => ({
  id,
  tertiary_id: tertiaryId,
  name,
  code: 'C1',
  rating: '4.50',
  tags: ['x', null, 'y,z'],
  settings: '{"a": 1}',
  active: true,
  created_at: CREATED,
  updated_at: CREATED,
})

export const primaryRow = (
  id: number,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  id,
  secondary_id: null,
  title: `title ${id}`,
  status: 'active',
  serial_number: 1,
  amount: '12345.6700',
  quantity: 3,
  score: null,
  verified: true,
  notes: null,
  external_id: '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111',
  happened_at: null,
  due_on: null,
  remind_at: null,
  lead_time: null,
  attributes: '{"k": [1, 2]}',
  labels: [],
  fingerprint: null,
  created_at: CREATED,
  updated_at: '2026-01-02T03:04:05.678901Z',
  ...more,
})

/** `before` of a delete with REPLICA IDENTITY DEFAULT: the key, null where it fits, and made-up values for the rest. */
export const keyOnlyRow = (id: number): Record<string, unknown> => ({
  ...primaryRow(id),
  title: '',
  status: '',
  serial_number: 0,
  amount: '0.0000',
  quantity: 0,
  verified: false,
  external_id: '',
  attributes: '',
  created_at: '1970-01-01T00:00:00.000000Z',
  updated_at: '1970-01-01T00:00:00.000000Z',
})
