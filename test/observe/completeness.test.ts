import { Completeness } from '../../src/observe/audit/completeness'

const PRIMARY = 'public.wildapp_primary'
const SECONDARY = 'public.wildapp_secondary'
const TABLES = new Set([PRIMARY, SECONDARY])

let it: Completeness
beforeEach(() => {
  it = new Completeness(TABLES)
})

const rows = (transaction: string, table: string, ...places: readonly number[]): void => {
  for (const place of places) it.row(transaction, table, place)
}

test('a transaction whose rows have all arrived is complete', () => {
  it.begin('7')
  rows('7', PRIMARY, 1, 2, 3)
  rows('7', SECONDARY, 1)
  expect(it.judge(true)).toEqual([])
  it.end(
    '7',
    new Map([
      [PRIMARY, 3],
      [SECONDARY, 1],
    ]),
  )
  expect(it.judge(false)).toEqual([{ kind: 'complete', transaction: '7', changes: 4 }])
  expect(it.size).toBe(0)
})

test('a missing row is waited for, then named', () => {
  it.begin('7')
  it.end('7', new Map([[PRIMARY, 2]]))
  rows('7', PRIMARY, 2)
  expect(it.judge(false)).toEqual([])
  expect(it.isWaiting).toBe(true)
  expect(it.judge(true)).toEqual([
    {
      kind: 'incomplete',
      mismatches: [{ transaction: '7', table: PRIMARY, expected: 2, arrived: 1 }],
    },
  ])
})

test('a row too many is named too', () => {
  it.begin('7')
  rows('7', PRIMARY, 1, 2)
  it.end('7', new Map([[PRIMARY, 1]]))
  expect(it.judge(true)).toMatchObject([{ kind: 'incomplete' }])
})

test('what is delivered again counts once', () => {
  it.begin('7')
  rows('7', PRIMARY, 1, 2, 1, 2, 2)
  it.end('7', new Map([[PRIMARY, 2]]))
  it.end('7', new Map([[PRIMARY, 2]]))
  expect(it.judge(true)).toMatchObject([{ kind: 'complete', changes: 2 }])
})

test('rows may be read before the beginning and after the end of their transaction', () => {
  rows('7', PRIMARY, 1)
  it.begin('7')
  it.end('7', new Map([[PRIMARY, 2]]))
  rows('7', PRIMARY, 2)
  expect(it.judge(false)).toMatchObject([{ kind: 'complete' }])
})

test('a transaction that began before the reading is left alone', () => {
  rows('7', PRIMARY, 5)
  it.end('7', new Map([[PRIMARY, 5]]))
  expect(it.judge(true)).toEqual([])
  expect(it.size).toBe(0)
})

test('tables that are not read are not expected', () => {
  it.begin('7')
  rows('7', PRIMARY, 1)
  it.end(
    '7',
    new Map([
      [PRIMARY, 1],
      ['public.facts_heartbeat', 1],
    ]),
  )
  expect(it.judge(true)).toMatchObject([{ kind: 'complete' }])
})

test('a transaction of a million rows is counted in little memory', () => {
  it.begin('7')
  const before = process.memoryUsage().heapUsed
  for (let place = 1_000_000; place >= 1; place -= 1) it.row('7', PRIMARY, place)
  it.end('7', new Map([[PRIMARY, 1_000_000]]))
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)
  expect(it.judge(true)).toMatchObject([{ kind: 'complete', changes: 1_000_000 }])
})

test('a transaction that another has followed without its end is torn', () => {
  it.begin('7')
  rows('7', PRIMARY, 1, 2)
  it.begin('8')
  it.end('8', new Map())
  expect(it.isWaiting).toBe(true)
  expect(it.judge(false)).toMatchObject([{ kind: 'complete', transaction: '8' }])
  expect(it.judge(true)).toEqual([
    {
      kind: 'incomplete',
      mismatches: [{ transaction: '7', table: PRIMARY, expected: null, arrived: 2 }],
    },
  ])
})

test('a transaction that was interrupted and redelivered is complete', () => {
  it.begin('7')
  rows('7', PRIMARY, 1)
  it.begin('6')
  it.end('6', new Map())
  it.begin('7')
  rows('7', PRIMARY, 1, 2)
  it.end('7', new Map([[PRIMARY, 2]]))
  expect(it.judge(true)).toMatchObject([
    { kind: 'complete', transaction: '7', changes: 2 },
    { kind: 'complete', transaction: '6' },
  ])
})
