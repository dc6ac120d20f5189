import { readFileSync, writeFileSync } from 'node:fs'
import type { Client } from 'pg'
import { FILM_RENTAL } from '../support/pulled/film-rental'
import { ownDatabase } from '../support/pulled/own-database'
import { PulledApp } from '../support/pulled/pulled-app'
import { TENANTS } from '../support/pulled/tenants'
import { WHOLESALE } from '../support/pulled/wholesale'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'

/*
 * Applications made of real databases: each compiles and passes its own tests, and follows its tables.
 */

let stack: TestStack
const clients: Client[] = []
const apps: PulledApp[] = []

jest.setTimeout(180_000)

beforeAll(async () => {
  stack = await startTestStack({ services: ['postgres'] })
}, 120_000)
afterAll(async () => {
  for (const app of apps) app.remove()
  for (const client of clients) await client.end()
  await stack.stop()
}, 30_000)

async function made(
  name: string,
  sql: string,
  ...args: readonly string[]
): Promise<{ readonly app: PulledApp; readonly client: Client; readonly output: string }> {
  const { client, url } = await ownDatabase(stack, name, sql)
  clients.push(client)
  const app = await PulledApp.init(name, url, ...args)
  apps.push(app)
  expect(app.output).toContain('Wrote')
  expect(app.code).toBe(0)
  return { app, client, output: app.output }
}

const many = Array.from(
  { length: 200 },
  (_, number) =>
    `CREATE TABLE t${number} (id bigint PRIMARY KEY, a text, at timestamptz NOT NULL${number === 0 ? '' : `, t_id bigint REFERENCES t${number - 1}`});`,
).join('\n')

test.each([
  ['film_rental', FILM_RENTAL, 5],
  ['wholesale', WHOLESALE, 8],
  ['tenants', TENANTS, 11],
  ['many', many, 200],
])('the application of %s compiles, passes its tests, and is current', async (name, sql, facts) => {
  const { app } = await made(name, sql)
  expect(await app.compile()).toEqual({ code: 0, output: '' })
  const tests = await app.test()
  expect(tests.output).toContain(`# pass ${facts}\n`)
  expect(tests.code).toBe(0)
  const check = await app.facts('pull', '--check')
  expect(check.output).toContain('Everything is current.')
  expect(check.code).toBe(0)
})

test('what is left out is said with the reason and what changes it', async () => {
  const { output } = await made('left', `${FILM_RENTAL} ${WHOLESALE}`)
  for (const line of [
    'public.film_note has no primary key',
    'public.film_cache is UNLOGGED',
    'public.film_list is a view',
    'public.film.ratings is public.age_rating[], and some values of that type stop the connector for every table. → facts pull --with public.film.ratings',
    'public.film.seconds is GENERATED (STORED)',
    'public.late_key has a primary key that is DEFERRABLE',
    'public.no_identity has a REPLICA IDENTITY',
    'public.employees.area is polygon, for which there is no builder',
    'products_country_warehouse_fkey of public.products has 2 columns',
  ]) {
    expect(output).toContain(
      `left out: ${line.startsWith('products_') ? 'The foreign key ' : ''}${line}`,
    )
  }
})

describe('after an ALTER TABLE', () => {
  let app: PulledApp
  const file = (path: string): string => readFileSync(app.path(path), 'utf8')
  const SHOP = `
    CREATE TYPE state AS ENUM ('new', 'done');
    CREATE TABLE customer (id bigint PRIMARY KEY, name text NOT NULL);
    CREATE TABLE shop_order (id bigint PRIMARY KEY, customer_id bigint REFERENCES customer, title text NOT NULL, amount integer NOT NULL, state state);`

  beforeAll(async () => {
    const { client, ...shop } = await made('shop', SHOP)
    app = shop.app
    const fact = file('facts/shop-order.ts')
    writeFileSync(
      app.path('facts/shop-order.ts'),
      fact.replace('...shopOrderFields(row),', "...shopOrderFields(row), title: row.title ?? 'x',"),
    )
    await client.query(`
      ALTER TABLE shop_order DROP COLUMN title, ALTER COLUMN amount TYPE text, ADD COLUMN at timestamptz NOT NULL DEFAULT now();
      ALTER TYPE state ADD VALUE 'paid' BEFORE 'done'; CREATE TABLE later (id integer PRIMARY KEY);`)
  }, 60_000)

  test('a check fails and a dry run says what would change, and both write nothing', async () => {
    const lock = file('facts.lock.json')
    expect((await app.facts('pull', '--check')).code).toBe(1)
    const dry = await app.facts('pull', '--dry-run')
    expect(dry.output).toContain('- public.shop_order.title: field 4 title is reserved')
    expect(dry.code).toBe(0)
    expect(file('facts.lock.json')).toBe(lock)
    expect(file('tables/shop-order.ts')).toContain('title: text()')
  })

  test('a pull changes what is generated, keeps what is written by hand, and says where that no longer fits', async () => {
    const before = file('facts/shop-order.ts')
    const pulled = await app.facts('pull')
    expect(pulled.code).toBe(0)
    expect(pulled.output).toContain(
      '! public.shop_order.amount: integer() is text() now, another field: 8 amount2; 5 amount is reserved',
    )
    expect(pulled.output).toContain('+ public.shop_order.at: timestamptz(), field 9 at')
    expect(pulled.output).toContain('+ public.state has the label "paid": STATE_PAID = 3')
    expect(pulled.output).toContain('+ public.later: 1 columns, a fact')
    expect(pulled.output).toMatch(/by hand: facts\/shop-order\.ts:\d+ uses title, but public/)
    expect(file('facts/shop-order.ts')).toBe(before)
    expect(file('proto/shop/shop_order/v1/shop_order.proto')).toContain(
      'reserved 4, 5;\n  reserved "title", "amount";',
    )
    expect(file('tables/shop-order.ts')).toContain('at: timestamptz().nullable(),')
    expect((await app.facts('pull', '--check')).code).toBe(0)
  })

  test('the compiler finds the line that was named, and nothing else is in the way', async () => {
    const broken = await app.compile()
    expect(broken.output).toMatch(/facts\/shop-order\.ts\(\d+,\d+\): error .*'title'/)
    writeFileSync(
      app.path('facts/shop-order.ts'),
      file('facts/shop-order.ts').replace(", title: row.title ?? 'x',", ','),
    )
    const rest = (await app.compile()).output.split('\n').filter((line) => line.includes('error'))
    expect(rest.filter((line) => !line.startsWith('test/shop-order.test.ts'))).toEqual([])
  })
})

test('one table is pulled with those that it looks up, others later', async () => {
  const { app } = await made('some', FILM_RENTAL, '--table', 'film')
  const path = app.path('facts/index.ts')
  expect(readFileSync(path, 'utf8')).not.toContain('tongue')
  expect(readFileSync(app.path('tables/tongue.ts'), 'utf8')).toContain('tongueTable')
  expect((await app.facts('pull', '--table', 'tongue')).output).toContain(
    '+ public.tongue becomes a fact',
  )
  expect(readFileSync(path, 'utf8')).toContain('tongueFact')
  const without = await app.facts('pull', '--without', 'public.film.blurb')
  expect(without.output).toContain('- public.film.blurb: field 4 blurb is reserved')
  expect(await app.compile()).toMatchObject({
    output: expect.stringContaining('test/film.test.ts'),
  })
})

test('a folder that is an application already is not made again, and one that is none is not pulled', async () => {
  const { app } = await made('twice', 'CREATE TABLE t (id integer PRIMARY KEY);')
  const again = await app.facts('init', '.', '--from', 'postgres://localhost/none')
  expect(again.output).toContain('is an application already')
  expect(again.code).toBe(1)
  const none = await PulledApp.init('empty', stack.superuserUrl ?? '')
  apps.push(none)
  expect(none.output).toContain('No table of postgres that matches *.* can become facts.')
  expect(none.code).toBe(1)
})
