import { sampleApp, sampleConfig } from '../support/sample-config'
import { factsTopology } from '../../src/compose/topology'
import { connectorFile, readConnectorFile } from '../../src/connector/connector-file'

const config = sampleConfig({ env: { FACTS_HOME: '/nonexistent' } })
const { name, config: settings } = readConnectorFile(connectorFile(sampleApp), config)

/** Defaults of Debezium 3.7 that lose or change data without an error, and what has to stand there instead. */
test.each([
  ['skipped.operations', 'none', 'TRUNCATE is dropped'],
  ['publication.autocreate.mode', 'disabled', 'every table is published, by a superuser'],
  ['offset.mismatch.strategy', 'trust_offset', 'a recreated slot goes unnoticed'],
  ['event.converting.failure.handling.mode', 'fail', 'a value that cannot be converted is null'],
  ['event.processing.failure.handling.mode', 'fail', 'a broken event may be skipped'],
  ['errors.tolerance', 'none', 'records may be skipped'],
  ['include.unknown.datatypes', 'true', 'columns of unknown types are left out'],
  ['provide.transaction.metadata', 'true', 'no order within a transaction and no counts'],
  ['decimal.handling.mode', 'string', 'decimals are bytes or floating point'],
  ['time.precision.mode', 'isostring', 'the unit of a number depends on the column'],
  ['interval.handling.mode', 'string', 'months become an average number of microseconds'],
  [
    'value.converter.replace.null.with.default',
    'false',
    'the default writes DEFAULT in the place of NULL',
  ],
  ['key.converter.replace.null.with.default', 'false', 'the same'],
  [
    'binary.handling.mode',
    'bytes',
    'base64 writes null for an unchanged TOASTed value; the JSON converter writes bytes as base64 anyway',
  ],
  ['key.converter.schemas.enable', 'false', 'the worker decides the shape of keys'],
  ['value.converter.schemas.enable', 'false', 'the worker decides the shape of values'],
  ['tombstones.on.delete', 'true', 'deleted keys stay in lookups'],
  ['slot.drop.on.stop', 'false', 'changes during a stop are lost'],
  ['snapshot.max.threads', '1', 'parents may come after their children'],
  ['errors.max.retries', '-1', 'an outage ends the task'],
  ['plugin.name', 'pgoutput', 'the server has no decoderbufs'],
])('%s is %s, because otherwise: %s', (key, value) => {
  expect(settings[key]).toBe(value)
})

test('a heartbeat writes to a published table, so that a quiet slot does not keep the WAL', () => {
  expect(Number(settings['heartbeat.interval.ms'])).toBeGreaterThan(0)
  expect(settings['heartbeat.action.query']).toMatch(/^INSERT INTO public\.facts_heartbeat /)
})

test('names are those that the pipeline and the migrations use', () => {
  expect({ name, settings }).toMatchObject({
    name: 'monolith',
    settings: {
      'topic.prefix': 'monolith',
      'slot.name': 'wildapp_facts',
      'publication.name': 'wildapp_facts',
      'database.user': 'cdc',
      'database.password': '${env:CDC_PASSWORD}',
    },
  })
})

test('what is published is captured, now and later, but not the heartbeat', () => {
  const [published, any = ''] = settings['table.include.list']!.split(',')
  expect(published).toBe('${CAPTURED_TABLES}')
  const captured = (table: string): boolean => new RegExp(`^(?:${any})$`).test(table)
  expect(captured('public.wildapp_invoice')).toBe(true)
  expect(captured('shop.order')).toBe(true)
  expect(captured('public.facts_heartbeat')).toBe(false)
})

test('a snapshot reads what is published and nothing else, which it might not be allowed to read', () => {
  expect(settings['snapshot.include.collection.list']).toBe('${CAPTURED_TABLES}')
})

test('columns that may stop the connector are left out unless they are declared', () => {
  expect(settings['column.exclude.list']).toBe('${EXCLUDED_COLUMNS}')
})

test('topics whose partitions a fact declares have them also when the connector makes them', () => {
  const topology = factsTopology(config)
  const captured = topology.sources.filter(({ partitions }) => partitions !== undefined)
  const include = new RegExp(`^(${settings['topic.creation.ordered.include']})$`)
  expect(captured.length).toBeGreaterThan(0)
  for (const { topic, partitions } of captured) {
    expect(topic).toMatch(include)
    expect(settings['topic.creation.ordered.partitions']).toBe(String(partitions))
  }
  expect('monolith.public.wildapp_primary').not.toMatch(include)
  expect(settings).toMatchObject({
    'topic.creation.groups': 'ordered,bookkeeping',
    'topic.creation.ordered.cleanup.policy': 'delete',
    'topic.creation.ordered.retention.ms': '-1',
  })
})

test('topics of tables are never compacted, since a TRUNCATE has no key, and lose nothing by age', () => {
  expect(settings).toMatchObject({
    'topic.creation.default.cleanup.policy': 'delete',
    'topic.creation.default.retention.ms': '-1',
    'topic.creation.default.partitions': '6',
    'topic.creation.default.replication.factor': '1',
  })
})
