import type { MadeChange } from '../support/debezium-record'
import {
  debeziumKey,
  debeziumValue,
  keyOnlyRow,
  primaryRow,
  secondaryRow,
  tertiaryRow,
} from '../support/debezium-record'
import { goldenRecords } from '../table/golden-records'
import type { SeenFact } from '../support/wildapp-world'
import { WildappWorld } from '../support/wildapp-world'

const TERTIARY = '46216969-0ce7-4eef-992a-69943bb0eda8'
const BIG = '9007199254740993'

let world: WildappWorld
beforeEach(() => {
  world = new WildappWorld()
})
afterEach(() => world.stop())

const write = (change: MadeChange): void => world.change(change)
const insert = (id: number, more: Readonly<Record<string, unknown>> = {}, lsn = 100 + id): void =>
  write({ table: 'primary', op: 'c', key: { id }, after: primaryRow(id, more), lsn })
const insertSecondary = (id: number, name: string, lsn = 10): void =>
  write({ table: 'secondary', op: 'c', key: { id }, after: secondaryRow(id, TERTIARY, name), lsn })
const insertTertiary = (name: string, lsn = 5): void =>
  write({
    table: 'tertiary',
    op: 'c',
    key: { id: TERTIARY },
    after: tertiaryRow(TERTIARY, name),
    lsn,
  })

test('an inserted row becomes a fact that says the same', async () => {
  insert(7, {
    notes: 'straße 東京 🚀',
    labels: ['x', 'y,z'],
    score: 0.1,
    happened_at: '2026-01-02T03:04:05.678901Z',
    due_on: '2026-01-02Z',
    fingerprint: '3q2+7w==',
  })
  await world.start()
  const [one] = await world.facts(1)
  expect(one?.fact).toMatchObject({
    id: 7n,
    title: 'title 7',
    status: 2,
    serialNumber: 1n,
    amount: '12345.6700',
    notes: 'straße 東京 🚀',
    labels: ['x', 'y,z'],
    score: 0.1,
    happenedAt: '2026-01-02T03:04:05.678901',
    dueOn: '2026-01-02',
    attributes: '{"k": [1, 2]}',
    createdAt: { seconds: 1_748_772_000n, nanos: 0 },
    updatedAt: { seconds: 1_767_323_045n, nanos: 678_901_000 },
    secondary: null,
  })
  expect([...(one?.fact.fingerprint ?? [])]).toEqual([0xde, 0xad, 0xbe, 0xef])
})

test('64-bit integers beyond 2^53 arrive exactly, in key, header and fields', async () => {
  const value = debeziumValue({
    table: 'primary',
    op: 'c',
    key: {},
    after: primaryRow(1),
    lsn: 101,
  })
  world.write(
    'primary',
    `{"id":${BIG}}`,
    value
      .replace('"id":1,', `"id":${BIG},`)
      .replace('"serial_number":1', '"serial_number":9223372036854775807'),
  )
  await world.start()
  const [one] = await world.facts(1)
  expect([one?.fact.id, one?.fact.serialNumber]).toEqual([BigInt(BIG), 9223372036854775807n])
  expect(one?.record.key?.toString()).toBe(BIG)
})

test('the header names the change, and nothing in it comes from the clock', async () => {
  insert(7, {}, 81_140_440)
  await world.start()
  const [one] = await world.facts(1)
  expect(one?.fact.header).toMatchObject({
    id: 'wildapp.primary/7@81140440.1',
    kind: 1,
    subject: '7',
    revision: 81_140_440n,
    time: { seconds: 1_767_323_045n, nanos: 678_901_000 },
    source: {
      connector: 'monolith',
      database: 'wildapp',
      schema: 'public',
      table: 'wildapp_primary',
      lsn: 81_140_440n,
      transactionId: 768n,
      transactionOrder: 1n,
      snapshot: false,
    },
    unavailable: [],
    movedFrom: '',
    movedTo: '',
  })
  expect(one?.record.timestamp).toBe(1_795_000_000_000n)
})

test('the Kafka headers carry the CloudEvents attributes in binary mode', async () => {
  insert(7, {}, 200)
  await world.start()
  const [one] = await world.facts(1)
  expect(one?.record.headers).toEqual({
    ce_specversion: '1.0',
    ce_id: 'wildapp.primary/7@200.1',
    ce_source: '/monolith/public.wildapp_primary',
    ce_type: 'wildapp.primary.created',
    ce_subject: '7',
    ce_time: '2026-01-02T03:04:05.678901Z',
    'content-type': 'application/protobuf',
  })
})

test('the same change processed twice gives the same bytes', async () => {
  const made = async (): Promise<SeenFact | undefined> => {
    insert(7, { notes: 'n' }, 200)
    await world.start()
    const [fact] = await world.facts(1)
    await world.stop()
    return fact
  }
  const first = await made()
  world = new WildappWorld()
  const second = await made()
  expect(first?.record.value).toBeDefined()
  expect(second?.record.value).toEqual(first?.record.value)
  expect(second?.record.headers).toEqual(first?.record.headers)
})

test('updates, deletes and snapshot rows are facts of their own kind, in order', async () => {
  const key = { id: 7 }
  write({ table: 'primary', op: 'r', key, after: primaryRow(7), lsn: 1 })
  write({ table: 'primary', op: 'u', key, after: primaryRow(7, { title: 'new' }), lsn: 2 })
  write({ table: 'primary', op: 'd', key, before: keyOnlyRow(7), lsn: 3 })
  world.write('primary', debeziumKey(key), null)
  write({ table: 'primary', op: 'c', key, after: primaryRow(7), lsn: 4 })
  await world.start()
  const facts = await world.facts(4)
  expect(facts.map(({ fact }) => [fact.header?.kind, fact.title])).toEqual([
    [4, 'title 7'],
    [2, 'new'],
    [3, ''],
    [1, 'title 7'],
  ])
  expect(facts.map(({ record }) => record.headers['ce_type'])).toEqual(
    ['snapshot', 'updated', 'deleted', 'created'].map((kind) => `wildapp.primary.${kind}`),
  )
})

test('a delete carries header and key only', async () => {
  write({ table: 'primary', op: 'd', key: { id: 7 }, before: keyOnlyRow(7), lsn: 3 })
  await world.start()
  const [one] = await world.facts(1)
  expect(one?.fact).toMatchObject({ id: 7n, title: '', amount: '', createdAt: null })
})

describe('lookups:', () => {
  test('the fact carries the secondary and, through it, the tertiary', async () => {
    insertTertiary('T')
    insertSecondary(3, 'S')
    insert(7, { secondary_id: 3 })
    await world.start()
    const [one] = await world.facts(1)
    expect(one?.fact.secondary).toMatchObject({
      id: 3n,
      name: 'S',
      rating: '4.50',
      tags: ['x', '', 'y,z'],
      tertiary: {
        id: TERTIARY,
        name: 'T',
        region: 1,
        foundedOn: '1921-01-31',
        opensAt: '08:30:00',
      },
    })
  })

  test('a row that is not there is absent', async () => {
    insert(7, { secondary_id: 3 })
    await world.start()
    expect((await world.facts(1))[0]?.fact.secondary).toBeNull()
  })

  test('a later change of the looked-up row makes no fact, and later facts use it', async () => {
    insertSecondary(3, 'before', 10)
    insert(7, { secondary_id: 3 })
    await world.start()
    await world.facts(1)
    insertSecondary(3, 'after', 20)
    write({
      table: 'primary',
      op: 'u',
      key: { id: 7 },
      after: primaryRow(7, { secondary_id: 3 }),
      lsn: 300,
    })
    const facts = await world.facts(2)
    expect(facts.map(({ fact }) => fact.secondary?.name)).toEqual(['before', 'after'])
  })

  test('a deleted row is no longer found', async () => {
    insertSecondary(3, 'S', 10)
    write({
      table: 'secondary',
      op: 'd',
      key: { id: 3 },
      before: secondaryRow(3, TERTIARY, ''),
      lsn: 11,
    })
    insert(7, { secondary_id: 3 })
    await world.start()
    expect((await world.facts(1))[0]?.fact.secondary).toBeNull()
  })

  test('a truncate removes what was there before it, in every partition, and nothing that came later', async () => {
    for (const id of [1, 2, 3, 4, 5, 6]) insertSecondary(id, 'old', 10)
    world.write('secondary', null, debeziumValue({ table: 'secondary', op: 't', key: {}, lsn: 50 }))
    insertSecondary(6, 'new', 60)
    for (const id of [1, 2, 3, 4, 5, 6]) insert(id, { secondary_id: id })
    await world.start()
    const facts = await world.facts(6)
    const names = facts.map(({ fact }) => [fact.id, fact.secondary?.name])
    expect(names.filter(([, name]) => name !== undefined)).toEqual([[6n, 'new']])
  })

  test('an unchanged TOASTed value of the looked-up row is what it was before', async () => {
    insertSecondary(3, 'S', 10)
    const row = secondaryRow(3, TERTIARY, 'renamed')
    const after = { ...row, settings: '__debezium_unavailable_value' }
    write({ table: 'secondary', op: 'u', key: { id: 3 }, after, lsn: 20 })
    insert(7, { secondary_id: 3 })
    await world.start()
    const [one] = await world.facts(1)
    expect(one?.fact.secondary).toMatchObject({ name: 'renamed', settings: '{"a": 1}' })
  })
})

test('an unchanged TOASTed value is absent and named in the header; the placeholder never shows', async () => {
  const after = primaryRow(7, { notes: '__debezium_unavailable_value' })
  write({ table: 'primary', op: 'u', key: { id: 7 }, after, lsn: 20 })
  await world.start()
  const [one] = await world.facts(1)
  expect(one?.fact.notes).toBeNull()
  expect(one?.fact.header?.unavailable).toEqual(['notes'])
  expect(one?.record.value?.includes('__debezium')).toBe(false)
})

test('what Debezium really wrote for the three tables becomes facts and nothing but', async () => {
  for (const table of ['tertiary', 'secondary', 'primary']) {
    for (const { key, value } of goldenRecords(`wildapp_${table}`)) {
      if (key !== null) world.write(table, key.toString(), value === null ? null : value.toString())
    }
  }
  await world.start()
  const changes = goldenRecords('wildapp_primary').filter(
    ({ key, value }) => key !== null && value !== null,
  )
  const facts = await world.facts(changes.length)
  expect(facts).toHaveLength(changes.length)
  const enriched = facts.filter(({ fact }) => fact.secondary?.tertiary != null)
  expect(enriched.length).toBeGreaterThan(0)
})
