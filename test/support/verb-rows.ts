import { debeziumRecord } from '../../src/testing/debezium'
import type { OutputRecord } from '../../src/topology/record'

export const UUID = '0b1f4b3e-6b0e-4d6c-9a57-2f6c36a3b000'

export const eventRow = (id: number): Readonly<Record<string, unknown>> => ({
  id,
  type: 'insert',
  timestamp: '2026-01-02T03:04:05.000000Z',
  payload: '{}',
  subscriber: null,
  patch_of: null,
})

const MADE = {
  created_at: '2026-01-02T03:04:05.000000Z',
  updated_at: '2026-01-02T03:04:05.000000Z',
}

export const secondaryRow = (id: number): Readonly<Record<string, unknown>> => ({
  id,
  tertiary_id: UUID,
  name: 'a',
  code: 'b',
  rating: null,
  tags: [],
  settings: '{}',
  active: true,
  ...MADE,
})

export const tertiaryRow = {
  id: UUID,
  name: 'a',
  region: 'north',
  founded_on: null,
  opens_at: null,
  ...MADE,
}

export function change(
  topic: string,
  id: number | string,
  after: Readonly<Record<string, unknown>>,
): OutputRecord {
  const order = typeof id === 'number' ? id : 1
  const record = debeziumRecord({
    topic,
    database: 'wildapp',
    op: 'c',
    key: { id },
    before: null,
    after,
    lsn: BigInt(order),
    transaction: { id: 7n, order },
    committedAt: 1_767_323_045_000_000n,
  })
  return { ...record, partition: 0 }
}
