import type { Client } from 'pg'
import type { DatabaseModel, TableModel } from '../../src/introspect/database-model'
import { readDatabase } from '../../src/introspect/read-database'
import { FILM_RENTAL } from '../support/pulled/film-rental'
import { ownDatabase } from '../support/pulled/own-database'
import { TENANTS } from '../support/pulled/tenants'
import { WHOLESALE } from '../support/pulled/wholesale'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'

/*
 * What is read from a real pg_catalog.
 */

let stack: TestStack
const clients: Client[] = []

jest.setTimeout(60_000)

beforeAll(async () => {
  stack = await startTestStack({ services: ['postgres'] })
}, 120_000)
afterAll(async () => {
  for (const client of clients) await client.end()
  await stack.stop()
}, 30_000)

const capture = { publication: 'shop_facts', role: 'shop_cdc' }

async function made(name: string, sql: string): Promise<Client> {
  const { client } = await ownDatabase(stack, name, sql)
  clients.push(client)
  return client
}

const tableOf = (model: DatabaseModel, name: string): TableModel => {
  const found = model.tables.find((table) => table.name === name)
  if (found === undefined) throw new Error(`no table ${name}`)
  return found
}

describe('of a film rental', () => {
  let model: DatabaseModel

  beforeAll(async () => {
    model = await readDatabase(await made('rental', FILM_RENTAL), capture)
  }, 60_000)

  test('columns have their types, identities, defaults, comments and CHECKs', () => {
    const columns = new Map(tableOf(model, 'film').columns.map((one) => [one.name, one]))
    expect(columns.get('film_id')).toMatchObject({ identity: 'by default', isNotNull: true })
    expect(columns.get('rental_days')).toMatchObject({ default: '3', written: 'smallint' })
    expect(columns.get('title')?.comment).toBe('As on the poster.\nNot unique */ and "quoted".')
    expect(columns.get('extras')).toMatchObject({ dimensions: 1, storage: 'extended' })
    expect(columns.get('seconds')).toMatchObject({ generated: 'stored', default: '(minutes * 60)' })
    expect(columns.get('duration')).toMatchObject({ isFinite: true })
    expect(columns.get('minutes')).toMatchObject({ isFinite: false, storage: 'plain' })
    expect(tableOf(model, 'tongue').comment).toBe('A language that films are spoken in.')
  })

  test('enums have their labels in order, and domains their base', () => {
    const released = tableOf(model, 'film').columns.find(({ name }) => name === 'released')
    const domain = model.types.get(released?.type ?? '')
    expect(domain).toMatchObject({ kind: 'd', name: 'release_year' })
    expect(model.types.get(domain?.base ?? '')?.written).toBe('integer')
    const [rating] = [...model.types.values()].filter(({ name }) => name === 'age_rating')
    expect(model.labels.get(rating?.id ?? '')).toEqual(['G', 'PG-13', 'NC-17', 'not rated'])
  })

  test('foreign keys and unique columns are read, also where two tables refer to each other', () => {
    expect(tableOf(model, 'tongue').uniques).toEqual([['code']])
    expect(tableOf(model, 'store').foreignKeys).toEqual([
      {
        name: 'store_manager_fk',
        refersTo: tableOf(model, 'staff').id,
        columns: ['manager_id'],
        referred: ['staff_id'],
        match: 'simple',
        isValidated: true,
      },
    ])
  })

  test('a partitioned table says how, and its partitions whose they are', () => {
    expect(tableOf(model, 'payment')).toMatchObject({
      kind: 'partitioned',
      partitionedBy: 'RANGE (paid_at)',
      key: { columns: ['payment_id', 'paid_at'] },
    })
    expect(tableOf(model, 'payment_2026')).toMatchObject({
      kind: 'partition',
      root: 'public.payment',
      foreignKeys: [],
    })
  })

  test('views are other relations, and an UNLOGGED table is known as one', () => {
    expect(model.others.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'materialized view film_count',
      'view film_list',
    ])
    expect(tableOf(model, 'film_cache').isLogged).toBe(false)
    expect(tableOf(model, 'film').isLogged).toBe(true)
  })

  test('the server and the connected role are read', () => {
    expect(model).toMatchObject({ name: 'rental' })
    expect(model.server).toMatchObject({ walLevel: 'logical', host: undefined, publications: [] })
    expect(model.server.version).toBeGreaterThan(150_000)
    expect(model.server.role).toMatchObject({ isSuperuser: true, mayCreate: true })
  })
})

test('composite keys are in the order of the key, foreign keys in the order of their columns', async () => {
  const model = await readDatabase(await made('wholesale', WHOLESALE), capture)
  expect(tableOf(model, 'order_details').key?.columns).toEqual(['product_id', 'order_id'])
  expect(tableOf(model, 'products').foreignKeys[0]).toMatchObject({
    columns: ['country', 'warehouse'],
    referred: ['country', 'code'],
    match: 'full',
  })
  expect(tableOf(model, 'employees').foreignKeys[0]?.refersTo).toBe(tableOf(model, 'employees').id)
  expect(tableOf(model, 'whole_row').identity).toBe('full')
  expect(model.extensions.map(({ name }) => name)).toEqual(['citext', 'hstore', 'plpgsql'])
})

test('names are read as they are, in every schema', async () => {
  const model = await readDatabase(await made('tenants', TENANTS), capture)
  const quoted = model.tables.map((table) => table.quoted)
  expect(quoted).toEqual(
    expect.arrayContaining(['"Tenant A"."Order"', '"数据"."表"', 'public."Order"']),
  )
  const names = tableOf(model, 'User').columns.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['a.b', 'quo"te\'', 'line\nbreak', '__proto__']))
})

test('everything is of one moment, in as many queries for 200 tables as for one', async () => {
  const tables = Array.from(
    { length: 200 },
    (_, number) =>
      `CREATE TABLE t${number} (id bigint PRIMARY KEY, a text, b integer${number === 0 ? '' : `, t_id bigint REFERENCES t${number - 1}`});`,
  )
  const many = await made('many', tables.join('\n'))
  const other = await made('one', tables[0] ?? '')
  const counted = async (client: Client): Promise<readonly [DatabaseModel, string[]]> => {
    const query = jest.spyOn(client, 'query')
    const model = await readDatabase(client, capture)
    const sent = query.mock.calls.map(([text]) => text)
    query.mockRestore()
    return [model, sent]
  }
  const [model, sent] = await counted(many)
  expect(model.tables).toHaveLength(200)
  expect(tableOf(model, 't199').foreignKeys[0]?.refersTo).toBe(tableOf(model, 't198').id)
  expect(sent[0]).toBe('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  expect((await counted(other))[1]).toHaveLength(sent.length)
})
