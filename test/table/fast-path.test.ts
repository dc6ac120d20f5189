import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { decodeExactly } from '../../src/table/exact/exact-decoder'
import { type RecordBytes } from '../../src/table/exact/record-bytes'
import { Table } from '../../src/table/table'
import type { TableShape } from '../../src/table/shape/table-shape'
import { envelopes, freshTable, keys, NAMES, rows, USUAL, USUAL_KEY } from './envelope-arbitrary'
import { envelopeText, objectText } from './envelope-text'
import { columnText } from './column-text'
import { goldenRecords } from './golden-records'
import { outcome } from './outcome'
import * as tables from './tables'

function expectSame(shape: TableShape, table: Table<object, object>, record: RecordBytes): void {
  const expected = outcome(() => decodeExactly(shape, record))
  for (const pass of ['first', 'second']) {
    const actual = outcome(() => table.decode(record))
    if (!isDeepStrictEqual(actual, expected)) {
      // Only now the slow comparison, for its report.
      expect({ pass, actual }).toEqual({ pass, actual: expected })
      throw new Error(`differs in what toEqual overlooks: ${record.value?.toString() ?? 'null'}`)
    }
  }
}

const RUNS = 1500

describe('the fast path', () => {
  test.each([false, true])(
    'means by any envelope what the exact decoder means (REPLICA IDENTITY FULL: %s)',
    (fullIdentity) => {
      const { shape, table } = freshTable(fullIdentity)
      fc.assert(
        fc.property(envelopes, keys, (value, key) => {
          expectSame(shape, table, { key: Buffer.from(key), value: Buffer.from(value) })
        }),
        { numRuns: RUNS },
      )
      expect(table.counts.fast).toBeGreaterThan(RUNS / 4)
    },
    120_000,
  )

  test('means by any text of any column what the exact decoder means', () => {
    const { shape, table } = freshTable(false)
    fc.assert(
      fc.property(
        fc.constantFrom(...NAMES).chain((name) => fc.tuple(fc.constant(name), columnText(name))),
        ([name, text]) => {
          const after = objectText({ ...USUAL_KEY, ...USUAL, [name]: text })
          const value = Buffer.from(envelopeText({ op: 'u', after }))
          expectSame(shape, table, { key: Buffer.from(objectText(USUAL_KEY)), value })
        },
      ),
      { numRuns: 3 * RUNS },
    )
  }, 120_000)

  test('means by records that share one buffer what the exact decoder means', () => {
    const { shape, table } = freshTable(false)
    const key = Buffer.from(objectText(USUAL_KEY))
    fc.assert(
      fc.property(fc.array(rows, { minLength: 2, maxLength: 6 }), fc.nat(40), (texts, cut) => {
        const values = texts.map((after) => Buffer.from(envelopeText({ op: 'c', after })))
        const batch = Buffer.concat(values)
        let start = 0
        for (const { length } of values) {
          // Truncated, so that a read beyond a record's end meets the next record's bytes.
          const value = batch.subarray(start, start + length - (cut % 3 === 0 ? cut : 0))
          start += length
          expectSame(shape, table, { key, value })
        }
      }),
      { numRuns: 300 },
    )
  }, 120_000)

  test('is taken by every record after the first of its form', () => {
    const table = new Table<object, object>(tables.shapeOf(tables.swap))
    const records = goldenRecords('edge.swap')
    for (const record of records) table.decode(record)
    // A row without an old one, and a deleted row.
    expect(table.counts).toEqual({ fast: records.length - 2, exact: 2 })
  })

  test('is taken by the records of tables that share a topic, as many as they are', () => {
    const { table } = freshTable(false)
    const key = Buffer.from(objectText(USUAL_KEY))
    const after = objectText({ ...USUAL_KEY, ...USUAL })
    const count = 1000
    const { exact } = table.counts
    for (let index = 0; index < count; index++) {
      const source = { table: `"leaf_${index % 40}"`, schema: index % 2 === 0 ? '"a"' : '"b"' }
      const value = Buffer.from(envelopeText({ op: 'u', source, after }))
      expect(table.decode({ key, value })).toMatchObject({
        position: { table: `leaf_${index % 40}`, schema: index % 2 === 0 ? 'a' : 'b' },
      })
    }
    expect(table.counts.exact - exact).toBeLessThan(10)
  })

  const golden: readonly (readonly [string, tables.Definition])[] = [
    ['wildapp_primary', tables.primary],
    ['wildapp_secondary', tables.secondary],
    ['wildapp_tertiary', tables.tertiary],
    ['edge.vals', tables.edgeValues],
    ['edge.toasted', tables.edgeToasted],
    ['probe.every_type', tables.everyType],
  ]

  test.each(golden)(
    'means by damaged records of %s what the exact decoder means',
    (name, definition) => {
      const shape = tables.shapeOf(definition)
      const table = new Table<object, object>(shape)
      const records = goldenRecords(name)
      for (const record of records) table.decode(record)
      const damage = fc.tuple(
        fc.nat(),
        fc.constantFrom('set', 'drop', 'repeat', 'cut'),
        fc.nat(255),
      )
      fc.assert(
        fc.property(
          fc.constantFrom(...records),
          fc.array(damage, { minLength: 1, maxLength: 3 }),
          fc.boolean(),
          (record, damages, inKey) => {
            const harm = (bytes: Buffer | null): Buffer | null =>
              bytes === null ? null : damages.reduce(damaged, bytes)
            const broken = inKey
              ? { ...record, key: harm(record.key) }
              : { ...record, value: harm(record.value) }
            expectSame(shape, table, broken)
            const result = outcome(() => table.decode(broken)) as { readonly remedy?: string }
            expect(['skip', 'halt', undefined]).toContain(result.remedy)
          },
        ),
        { numRuns: RUNS / 3 },
      )
    },
    120_000,
  )
})

function damaged(bytes: Buffer, [at, how, value]: readonly [number, string, number]): Buffer {
  if (bytes.length === 0) return bytes
  const index = at % bytes.length
  const before = bytes.subarray(0, index)
  switch (how) {
    case 'set':
      return Buffer.concat([before, Buffer.from([value]), bytes.subarray(index + 1)])
    case 'drop':
      return Buffer.concat([before, bytes.subarray(index + 1)])
    case 'repeat':
      return Buffer.concat([before, bytes.subarray(Math.max(0, index - (value % 32)))])
    default:
      return Buffer.from(before)
  }
}
