import { Client } from 'pg'
import { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { readAll } from '../../src/broker/read-all'
import { configOf } from '../../src/app/app-config'
import { defineApp } from '../../src/app/define-app'
import { streamApp } from '../../src/compose/pipeline'
import { provision } from '../../src/compose/provision'
import { factsTopology } from '../../src/compose/topology'
import { connectClient } from '../../src/connector/connect-client'
import { defineFact } from '../../src/fact/declare/define-fact'
import { factTopic } from '../../src/fact/declare/fact-topic'
import { decodeFrame } from '../../src/protobuf/framing/confluent'
import { debezium } from '../../src/source-format/debezium'
import * as column from '../../src/table/columns'
import { defineTable } from '../../src/table/table'
import { createLogger, Metrics } from '../../src/telemetry'
import { schemas } from '../../src/wildapp/gen/schemas'
import { wildapp } from '../../src/wildapp/gen/messages'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { waitFor } from '../support/wait-for'

/*
 * A connector that is not of this package, with Debezium's and Connect's defaults and another name for the topic; the facts of an
 * application that declares its settings.
 */
const { Event } = wildapp.event.v1

const CONNECTOR = {
  'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
  'database.dbname': 'others',
  'topic.prefix': 'theirs',
  'table.include.list': 'public.orders',
  'plugin.name': 'pgoutput',
  'slot.name': 'theirs',
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'key.converter.schemas.enable': 'true',
  'value.converter.schemas.enable': 'true',
  'topic.creation.default.partitions': '1',
  'topic.creation.default.replication.factor': '1',
  transforms: 'route',
  'transforms.route.type': 'org.apache.kafka.connect.transforms.RegexRouter',
  'transforms.route.regex': '.*\\.orders',
  'transforms.route.replacement': 'all-orders',
}

const orders = defineTable({
  topic: 'all-orders',
  key: { id: column.bigint() },
  columns: {
    amount: column.numeric(10, 2),
    at: column.timestamp(),
    due: column.date().nullable(),
    took: column.interval({ finite: true }).nullable(),
    picture: column.bytea().nullable(),
  },
})

const order = defineFact({
  name: 'others.order',
  from: orders,
  key: () => ({ id: 0n }),
  map: ({ row }) => ({
    type: row.amount,
    timestamp: { seconds: 0n, nanos: 0 },
    subscriber: null,
    payload: JSON.stringify([row.at, row.due, row.took, row.picture?.toString('hex')]),
    patchOf: null,
  }),
  to: factTopic('others.order.facts', Event),
})

const app = defineApp({
  name: 'others',
  facts: [order],
  schemas,
  format: debezium(CONNECTOR),
})

let stack: TestStack
let database: Client

beforeAll(async () => {
  stack = await startTestStack({ application: 'others' })
  const url = new URL(stack.superuserUrl ?? '')
  url.pathname = 'others'
  database = new Client(url.href)
  await database.connect()
  await database.query(`
    CREATE TABLE orders (
      id bigint PRIMARY KEY, amount numeric(10, 2) NOT NULL, at timestamp NOT NULL, due date, took interval, picture bytea
    );
    INSERT INTO orders VALUES
      (1, 12.50, '2026-01-02 03:04:05.678901', '2026-02-03', '01:30:00.5', '\\xdeadbeef')`)
  await connectClient({ url: stack.endpoints.connect.url }).put('theirs', {
    ...CONNECTOR,
    'database.hostname': url.hostname,
    'database.port': url.port,
    'database.user': url.username,
    'database.password': url.password,
  })
}, 120_000)

afterAll(async () => {
  await database.end()
  await stack.stop()
}, 60_000)

test('facts are made from the topic of a connector with its own settings', async () => {
  const env = {
    FACTS_HOME: stack.home,
    FACTS_LOG_LEVEL: 'silent',
    FACTS_TOPICS_PARTITIONS: '1',
  }
  const config = configOf({ ...app, folder: stack.home }, { env })
  const logger = createLogger(config.log)
  const log = new KafkaLog({ brokers: config.kafka.brokers, clientId: 'test', logger })
  await waitFor('the snapshot', async () => {
    const counts = await log.admin.partitionCounts(['all-orders'])
    return counts.has('all-orders') && (await readAll(log, ['all-orders'])).length > 0
  })
  await provision(config, () => undefined)
  await database.query("INSERT INTO orders VALUES (2, -0.01, '1969-12-31 23:59:59.999999')")
  await database.query('UPDATE orders SET amount = 100 WHERE id = 1')
  await database.query('DELETE FROM orders WHERE id = 2')
  const topology = factsTopology(config)
  const parts = { config, topology, logger, metrics: new Metrics() }
  const running = streamApp(parts)
  try {
    await running.app.start()
    await waitFor('four facts', async () => {
      return (await readAll(log, ['others.order.facts'])).length >= 4
    })
  } finally {
    await running.app.stop()
    await running.log.close()
  }
  const facts = (await readAll(log, ['others.order.facts'])).map(({ value }) => {
    const { header, type, payload } = Event.decode(decodeFrame(value ?? Buffer.alloc(0)).payload)
    return [header?.kind, header?.subject, type, payload]
  })
  await log.close()
  const first = '["2026-01-02T03:04:05.678901","2026-02-03","P0Y0M0DT1H30M0.5S","deadbeef"]'
  expect(facts).toEqual([
    [4, '1', '12.50', first],
    [1, '2', '-0.01', '["1969-12-31T23:59:59.999999",null,null,null]'],
    [2, '1', '100.00', first],
    [3, '2', '', ''],
  ])
}, 120_000)
