import pc from 'picocolors'
import stringWidth from 'string-width'
import { LastKnown } from '../../src/observe/watch/last-known'
import type { LineStyle } from '../../src/observe/watch/pair-lines'
import { deadLetterLine, pairLines } from '../../src/observe/watch/pair-lines'
import { watchedChange } from '../../src/observe/watch/watched-change'
import type { WatchedFact } from '../../src/observe/watch/watched-fact'
import { watchedFact } from '../../src/observe/watch/watched-fact'
import { goldenRecords } from '../table/golden-records'
import type { LogRecord } from '../../src/topology/record'

type Row = Readonly<Record<string, unknown>>

const plain: LineStyle = { style: 'fields', colors: pc.createColors(false), width: undefined }

/** A watch of one table and its fact. */
class Watched {
  private readonly rows = new LastKnown()
  private readonly facts = new LastKnown()

  lines(
    op: string,
    row: Row | null,
    message: Row | null,
    style: Partial<LineStyle> = {},
    before?: Row,
  ): readonly string[] {
    const value = { op, after: row, before: before ?? null, source: { lsn: 7 } }
    const change = watchedChange(
      record('m.public.shop_order', '{"id":11}', value),
      0,
      this.rows,
      before !== undefined,
    )
    const kind = { c: 'created', u: 'updated', d: 'deleted' }[op] ?? 'created'
    const headers = { ce_id: 'shop.order/11@7.1', ce_type: `shop.order.${kind}` }
    const fact =
      message === null
        ? undefined
        : watchedFact(
            record('shop.order.facts', '11', message, headers),
            0,
            ({ value: bytes }) => String(bytes),
            this.facts,
          )
    return pairLines({ change, fact }, { ...plain, ...style })
  }
}

const record = (
  topic: string,
  key: string,
  value: object,
  headers: Record<string, string> = {},
): LogRecord => ({
  topic,
  partition: 0,
  offset: 0n,
  timestamp: 0n,
  headers,
  key: Buffer.from(key),
  value: Buffer.from(JSON.stringify(value)),
})

const ROW = { id: 11, title: 'Blue chair', amount: '19.99', customer_id: 7 }
const FACT = {
  header: { id: 'shop.order/11@7.1' },
  id: '11',
  title: 'Blue chair',
  amount: '19.99',
  customerId: '7',
  customer: { name: 'Ada', address: { city: 'Basel' } },
}

test('a new row is shown by its columns, and its fact by what was joined first', () => {
  expect(new Watched().lines('c', ROW, FACT)).toEqual([
    'insert   shop_order 11  title "Blue chair", amount 19.99, customer_id 7',
    '       → shop.order.created  customer.name Ada, customer.address.city Basel, title "Blue chair", amount 19.99, customerId 7',
  ])
})

test('an update is shown by what changed, before and after, and what is joined', () => {
  const watched = new Watched()
  watched.lines('c', ROW, FACT)
  expect(watched.lines('u', { ...ROW, amount: '21.50' }, { ...FACT, amount: '21.50' })).toEqual([
    'update   shop_order 11  amount 19.99 → 21.50',
    '       → shop.order.updated  amount 19.99 → 21.50, customer.name Ada, customer.address.city Basel',
  ])
})

test('the row before is taken from the record where the table has a full identity', () => {
  const [line] = new Watched().lines('u', { ...ROW, title: null }, FACT, {}, ROW)
  expect(line).toBe('update   shop_order 11  title "Blue chair" → null')
})

/** Of a recorded table without a full identity: the lines of its deleted rows, those of before as far as `from` were seen. */
function deletedLines(from: 'all' | 'deletes'): readonly string[] {
  const rows = new LastKnown()
  return goldenRecords('wildapp_primary').flatMap(({ key, value }) => {
    const isDelete = String(value).includes('"op":"d"')
    if (from === 'deletes' && !isDelete) return []
    const given = { ...record('monolith.public.wildapp_primary', '', {}), key, value }
    const change = watchedChange(given, 0, rows, false)
    if (!isDelete || change === undefined) return []
    return pairLines({ change, fact: undefined }, plain).slice(0, 1)
  })
}

test('a deleted row is shown as it was last seen, without the zeros that Debezium writes of it', () => {
  const lines = deletedLines('all')
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines)
    expect(line).toMatch(/^delete {3}wildapp_primary \d+ {2}.*title .*amount /)
  for (const line of lines) expect(line).not.toContain('title ""')
})

test('of a deleted row that was not seen the key is shown', () => {
  const lines = deletedLines('deletes')
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) expect(line).toMatch(/^delete {3}wildapp_primary \d+ *$/)
})

test('of an update whose row before is unknown every column is shown', () => {
  const [line] = new Watched().lines('u', ROW, FACT)
  expect(line).toBe('update   shop_order 11  title "Blue chair", amount 19.99, customer_id 7')
})

test('a TOASTed value that an update left alone is not shown as a change', () => {
  const watched = new Watched()
  watched.lines('c', ROW, FACT)
  const [line] = watched.lines('u', { ...ROW, title: '__debezium_unavailable_value' }, FACT)
  expect(line).toBe('update   shop_order 11  no column changed')
})

test('a field that the fact no longer has became none', () => {
  const watched = new Watched()
  watched.lines('c', ROW, FACT)
  const [, line] = watched.lines('u', ROW, { ...FACT, customer: undefined })
  expect(line).toContain('customer.name Ada → none')
})

test('a deleted row is shown once, dimmed, and its fact by its type', () => {
  const watched = new Watched()
  watched.lines('c', ROW, FACT)
  const colors = { ...plain.colors, dim: (text: unknown): string => `(${String(text)})` }
  expect(watched.lines('d', null, { header: FACT.header, id: '11' }, { colors })).toEqual([
    'delete   shop_order 11  (title )("Blue chair")(, )(amount )(19.99)(, )(customer_id )(7)',
    '(       → )shop.order.deleted  ',
  ])
})

test('of a row that was not seen the fact has what it was', () => {
  const facts = new LastKnown()
  const seen = (kind: string, message: Row): WatchedFact =>
    watchedFact(
      record('shop.order.facts', '11', message, {
        ce_id: 'shop.order/11@7.1',
        ce_type: `shop.order.${kind}`,
      }),
      0,
      ({ value: bytes }) => String(bytes),
      facts,
    )
  seen('created', FACT)
  const fact = seen('deleted', { id: '11' })
  const [, line] = pairLines({ change: undefined, fact }, plain)
  expect(line).toMatch(/^ {7}→ shop.order.deleted 11 {2}id 11, title "Blue chair", amount 19.99/)
})

test('a fact that an update left alone says so', () => {
  const watched = new Watched()
  watched.lines('c', ROW, FACT)
  expect(watched.lines('u', ROW, FACT)).toEqual([
    'update   shop_order 11  no column changed',
    '       → shop.order.updated  no field changed',
  ])
})

test('of a new row the columns that are null are left out', () => {
  const [line] = new Watched().lines('c', { ...ROW, title: null }, FACT)
  expect(line).toBe('insert   shop_order 11  amount 19.99, customer_id 7')
})

test('the name of a truncated table is separate from the operation, and no fact is waited for', () => {
  const [line, ...others] = new Watched().lines('t', null, null)
  expect(line).toMatch(/^truncate shop_order/)
  expect(others).toEqual([])
})

test('a change that is no fact yet says so', () => {
  expect(new Watched().lines('c', ROW, null)[1]).toBe('       → no fact yet')
})

test('no line is wider than the terminal, in colours too', () => {
  const colors = pc.createColors(true)
  for (const width of [10, 20, 40, 80, 120]) {
    const row = { ...ROW, title: `日本語 ${'x'.repeat(500)}` }
    for (const line of new Watched().lines(
      'c',
      row,
      { ...FACT, title: row.title },
      { width, colors },
    )) {
      expect(stringWidth(line)).toBeLessThanOrEqual(width)
      expect(line).toContain('…')
    }
  }
})

test('a long value leaves room for the others on a terminal, and is whole in a pipe', () => {
  const row = { ...ROW, title: 'x'.repeat(500) }
  expect(new Watched().lines('c', row, FACT, { width: 120 })[0]).toContain('amount 19.99')
  expect(new Watched().lines('c', row, FACT)[0]).toContain(row.title)
})

test('what a row holds reaches the terminal as escapes only', () => {
  const evil = '\u001b[2J\u009b1m\u202e\u2066\r\n'
  for (const style of ['fields', 'full', 'json'] as const) {
    const lines = new Watched().lines(
      'c',
      { ...ROW, [evil]: evil },
      { ...FACT, [evil]: evil },
      { style },
    )
    for (const line of lines)
      for (const one of evil.replace(/[\w[]/g, '')) expect(line).not.toContain(one)
  }
  const letter = { topic: evil, partition: '0', offset: '1', code: evil, message: evil }
  for (const one of evil.replace(/[\w[]/g, ''))
    expect(deadLetterLine(letter, plain)).not.toContain(one)
})

test('--full shows the header, --json the same as one line of JSON', () => {
  expect(new Watched().lines('c', ROW, FACT, { style: 'full' })[1]).toContain(
    '"header":{"id":"shop.order/11@7.1"}',
  )
  const lines = new Watched().lines('c', ROW, FACT, { style: 'json' })
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    change: { table: 'shop_order', subject: '11', operation: 'insert', after: ROW },
    fact: { type: 'shop.order.created', subject: '11', message: FACT },
  })
})
