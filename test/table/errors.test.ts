import * as column from '../../src/table/columns'
import { decodeHeartbeat } from '../../src/table/exact/heartbeat'
import { decodeLogicalMessage } from '../../src/table/exact/logical-message'
import { defineTable } from '../../src/table/table'
import { decodeTransactionBlock } from '../../src/table/exact/transaction-block'
import { envelopeText } from './envelope-text'
import { outcome } from './outcome'

const table = defineTable({
  topic: 'monolith.public.things',
  key: { id: column.bigint() },
  columns: { name: column.text(), size: column.integer() },
})

function decoded(value: string, key: string | null = '{"id":1}'): unknown {
  return outcome(() =>
    table.decode({ key: key === null ? null : Buffer.from(key), value: Buffer.from(value) }),
  )
}

const row = '{"id":1,"name":"a","size":2}'

describe('a record that is not what Debezium writes', () => {
  test.each([
    [
      '',
      'The value of monolith.public.things is not JSON: at character 0 expected a value, found the end.',
    ],
    [
      '{"op":',
      'The value of monolith.public.things is not JSON: at character 6 expected a value, found the end.',
    ],
    [
      '{"op":"c",}',
      'The value of monolith.public.things is not JSON: at character 10 expected a field name, found "}".',
    ],
  ])('%s is JSON_INVALID and says where', (value, message) => {
    expect(decoded(value)).toEqual({ code: 'JSON_INVALID', message, remedy: 'skip' })
  })

  test('is JSON_INVALID when the bytes are not UTF-8', () => {
    const value = Buffer.from(envelopeText({ after: '{"id":1,"name":"é","size":2}' }))
    value[value.indexOf(0xc3)] = 0xff
    expect(outcome(() => table.decode({ key: Buffer.from('{"id":1}'), value }))).toMatchObject({
      code: 'JSON_INVALID',
      message: 'The value of monolith.public.things is not JSON: the bytes are not UTF-8.',
    })
  })

  test.each([
    ['[]', 'expected an object, found [].'],
    [
      envelopeText({ op: 'x', after: row }),
      'at op expected one of "c", "r", "u", "d", "t", found the text "x".',
    ],
    [envelopeText({ after: '7' }), 'at after expected an object, found 7.'],
    [envelopeText({ after: 'null' }), 'at after expected an object, found null.'],
    [
      envelopeText({ op: 'd', after: row }),
      'at after expected null, found {"id":1,"name":"a","size":2}.',
    ],
    [
      envelopeText({ after: row, source: { lsn: '"5"' } }),
      'at source.lsn expected a whole number, found the text "5".',
    ],
    [
      envelopeText({ after: row, source: { lsn: '-5' } }),
      'at source.lsn expected a whole number from 0 up, found -5.',
    ],
    [
      envelopeText({ after: row, source: { ts_us: '1.5' } }),
      'at source.ts_us expected a whole number, found 1.5.',
    ],
    [
      envelopeText({ after: row, source: { lsn: 'null', sequence: 'null' } }),
      'at source.lsn expected a whole number from 0 up, found null.',
    ],
    [
      envelopeText({ after: row, source: { db: 'null' } }),
      'at source.db expected text, found null.',
    ],
    [
      envelopeText({ after: row, transaction: '{"id":"1:2"}' }),
      'at transaction.total_order expected a whole number, found nothing.',
    ],
    [
      envelopeText({ after: row, transaction: '[]' }),
      'at transaction expected an object, found [].',
    ],
  ])('%s is ENVELOPE_INVALID and names path, expected and found', (value, message) => {
    expect(decoded(value)).toEqual({
      code: 'ENVELOPE_INVALID',
      message: `The envelope of monolith.public.things is not what Debezium writes: ${message}`,
      remedy: 'skip',
    })
  })

  test('shows a long value cut short', () => {
    const after = JSON.stringify('x'.repeat(500))
    expect(decoded(envelopeText({ after }))).toMatchObject({
      message: expect.stringMatching(/found the text "x{59}… \(502 characters\)\.$/) as string,
    })
  })

  test.each([
    [null, 'A record of monolith.public.things has no key.'],
    ['{', 'The key of monolith.public.things is not JSON: at character 1 expected a field name'],
    [
      '7',
      'The key of monolith.public.things is not what Debezium writes: expected an object, found 7.',
    ],
    [
      '{"x":1}',
      "does not fit the table's definition: at id expected an integer between -9223372036854775808 and 9223372036854775807, found nothing.",
    ],
    [
      '{"id":null}',
      'at id expected an integer between -9223372036854775808 and 9223372036854775807, found null.',
    ],
    ['{"id":"1"}', 'found the text "1".'],
    ['{"id":18446744073709551616}', 'found 18446744073709551616.'],
  ])('has KEY_INVALID for the key %s', (key, message) => {
    expect(decoded(envelopeText({ after: row }), key)).toEqual({
      code: 'KEY_INVALID',
      message: expect.stringContaining(message) as string,
      remedy: 'skip',
    })
  })

  test.each([
    [
      '{"id":1,"name":"a","size":"2"}',
      'at after.size expected an integer between -2147483648 and 2147483647, found the text "2".',
    ],
    ['{"id":1,"name":"a","size":2147483648}', 'found 2147483648.'],
    [
      '{"id":1,"name":null,"size":2}',
      'at after.name expected text (the column is NOT NULL), found null.',
    ],
  ])('has COLUMN_INVALID for the row %s', (after, message) => {
    expect(decoded(envelopeText({ after }))).toEqual({
      code: 'COLUMN_INVALID',
      message: expect.stringContaining(message) as string,
      remedy: 'skip',
    })
  })

  test('stops the pipeline with COLUMN_MISSING when a declared column is gone', () => {
    const error = decoded(envelopeText({ after: '{"id":1,"name":"a","length":2}' }))
    expect(error).toMatchObject({ code: 'COLUMN_MISSING', remedy: 'halt' })
    for (const part of [
      'Column size of the definition of monolith.public.things is not in the record (no after.size).',
      '`.default(value)` or `.nullable()`',
      "`.renamedFrom('size')`",
      'remove it from the definition',
    ]) {
      expect(error).toMatchObject({ message: expect.stringContaining(part) as string })
    }
  })

  test('carries the topic as its place', () => {
    const bad = { key: null, value: Buffer.from(envelopeText({ after: row })) }
    expect(() => table.decode(bad)).toThrow(
      expect.objectContaining({ coordinates: { topic: 'monolith.public.things' } }) as Error,
    )
  })
})

describe('a record of the other topics', () => {
  const record = (
    key: string | null,
    value: string | null,
  ): { key: Buffer | null; value: Buffer | null } => ({
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
  })

  test.each([
    [
      decodeTransactionBlock,
      record('{}', '{"status":"MIDDLE"}'),
      'expected an object with status "BEGIN" or "END"',
    ],
    [
      decodeTransactionBlock,
      record('{}', '{"status":"BEGIN","id":"x","ts_ms":1}'),
      'at id expected text such as "844:81102936", found the text "x"',
    ],
    [
      decodeTransactionBlock,
      record('{}', '{"status":"END","id":"1:2","ts_ms":1,"event_count":null}'),
      'at event_count expected a whole number, found null',
    ],
    [decodeTransactionBlock, record('{}', null), 'no value'],
    [
      decodeLogicalMessage,
      record('{}', envelopeText({ op: 'c', after: row })),
      'at op expected "m", found the text "c"',
    ],
    [decodeLogicalMessage, record('{}', null), 'no value'],
    [
      decodeHeartbeat,
      record('{"serverName":"a"}', '{}'),
      'at ts_ms expected a whole number, found nothing',
    ],
    [decodeHeartbeat, record('{}', '{"ts_ms":1}'), 'at serverName expected text, found nothing'],
    [decodeHeartbeat, record(null, '{"ts_ms":1}'), 'no key'],
  ])('is refused by %p with what is wrong', (decode, bytes, message) => {
    expect(outcome(() => decode(bytes))).toEqual({
      code: expect.stringMatching(/^(ENVELOPE|KEY)_INVALID$/) as string,
      message: expect.stringContaining(message) as string,
      remedy: 'skip',
    })
  })
})
