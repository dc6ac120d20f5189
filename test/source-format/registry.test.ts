import { FactsError } from '../../src/errors'
import { compile } from '../../src/fact/compile/compile'
import { defineFact, type Fact } from '../../src/fact/declare/define-fact'
import { factTopic } from '../../src/fact/declare/fact-topic'
import { lookup } from '../../src/fact/declare/lookup'
import { ensureSchemas } from '../../src/protobuf/registry/ensure-schemas'
import { fullNameOf } from '../../src/protobuf/message/message-type'
import { decodeFrame } from '../../src/protobuf/framing/confluent'
import { protobufSerde } from '../../src/protobuf/serde/protobuf-serde'
import { debezium } from '../../src/source-format/debezium'
import { formedFacts } from '../../src/source-format/formed-facts'
import { avroSchema } from '../../src/source-format/records/avro-schema'
import * as column from '../../src/table/columns'
import { defineTable } from '../../src/table/table'
import type { Driver } from '../../src/testing/driver'
import { driveTopology } from '../../src/testing/drive-topology'
import { MemorySchemaStore } from '../../src/testing/memory-schema-store'
import { schemas } from '../../src/wildapp/gen/schemas'
import { wildapp } from '../../src/wildapp/gen/messages'
import { RECORDED_FORMS, recordedForm, recordedSchema, topicIn } from './recorded-forms'

const { Event } = wildapp.event.v1

const settings = RECORDED_FORMS['avro'] ?? {}

/** A fact of one Avro topic, with a row of another. */
function joinedFact(): Fact {
  const defaults = defineTable({
    topic: topicIn('avro', 'defaults'),
    key: { id: column.bigint() },
    columns: { nn: column.text() },
  })
  return defineFact({
    name: 'registry.joined',
    from: defineTable({
      topic: topicIn('avro', 'numbers'),
      key: { id: column.bigint() },
      columns: { i8: column.bigint() },
    }),
    join: { other: lookup(defaults, 'i8') },
    key: () => ({ id: 0n }),
    map: ({ row, other }) => ({
      type: row.i8.toString(),
      timestamp: { seconds: 0n, nanos: 0 },
      subscriber: null,
      payload: other?.nn ?? 'none',
      patchOf: null,
    }),
    to: factTopic('registry.joined.facts', Event),
  })
}

/** Runs the fact with a registry that `textOf` is. */
async function driven(
  textOf: (id: number) => Promise<string | undefined>,
): Promise<{ readonly driver: Driver; readonly payloads: () => Promise<readonly string[]> }> {
  const { facts } = formedFacts([joinedFact()], debezium(settings))
  const store = new MemorySchemaStore()
  const topics = facts.map(({ to }) => ({ topic: to.name, message: fullNameOf(to.type) }))
  await ensureSchemas(schemas, topics, store)
  const topology = compile(facts, {
    deadLetters: 'registry.dead-letters',
    schemaText: textOf,
    serde: ({ name, type }) => protobufSerde({ topic: name, type, schemas, store }),
  })
  const driver = driveTopology(topology, { partitions: 1 })
  const read = new Set([...topology.sources, ...topology.globalTables].map(({ topic }) => topic))
  for (const record of recordedForm('avro')) if (read.has(record.topic)) driver.write(record)
  const payloads = async (): Promise<readonly string[]> =>
    (await driver.read('registry.joined.facts')).map(
      ({ value }) => Event.decode(decodeFrame(value ?? Buffer.alloc(0)).payload).payload,
    )
  return { driver, payloads }
}

test('schemas are fetched once, before the rows and the looked-up rows that name them', async () => {
  const fetched: number[] = []
  const { driver, payloads } = await driven((id) => {
    fetched.push(id)
    return recordedSchema(id)
  })
  try {
    const found = await payloads()
    expect(found.length).toBeGreaterThan(10)
    expect(found).toContain('c')
    expect(fetched.length).toBeGreaterThan(2)
    expect(new Set(fetched).size).toBeGreaterThanOrEqual(fetched.length - 1)
  } finally {
    await driver.stop()
  }
})

test('an outage of the registry is waited for, and nothing is skipped', async () => {
  let isAway = true
  const { driver, payloads } = await driven((id) => {
    if (!isAway) return recordedSchema(id)
    isAway = false
    throw new FactsError('REGISTRY_UNAVAILABLE', 'The registry is away.')
  })
  try {
    expect((await payloads()).length).toBeGreaterThan(10)
    expect(await driver.deadLetters()).toEqual([])
  } finally {
    await driver.stop()
  }
})

test('a schema that the registry does not have stops the pipeline, with what to check', async () => {
  const { facts } = formedFacts([joinedFact()], debezium(settings))
  const record = recordedForm('avro').find(({ topic }) => topic === topicIn('avro', 'numbers'))
  if (record === undefined) throw new Error('no record')
  await facts[0]?.from.prepare([record], () => Promise.resolve(undefined))
  expect(() => facts[0]?.from.decode(record)).toThrow(
    expect.objectContaining({
      code: 'SCHEMA_UNKNOWN',
      message: expect.stringContaining(
        'Check that registry.url is the registry of the connector',
      ) as string,
    }),
  )
})

test('a schema says what its values were before Avro, records that are named again included', () => {
  const { connect } = avroSchema(
    JSON.stringify({
      type: 'record',
      name: 'Envelope',
      namespace: 'a.b',
      fields: [
        {
          name: 'before',
          type: [
            'null',
            {
              type: 'record',
              name: 'Value',
              'connect.name': 'a.b.Value',
              fields: [
                { name: 'small', type: { type: 'int', 'connect.type': 'int16' } },
                { name: 'tags', type: ['null', { type: 'map', values: ['null', 'string'] }] },
                { name: 'list', type: { type: 'array', items: 'long' } },
              ],
            },
          ],
        },
        { name: 'after', type: ['null', 'Value'] },
      ],
    }),
  )
  const [before, after] = connect.fields ?? []
  expect(before?.fields).toEqual([
    { field: 'small', type: 'int16' },
    { field: 'tags', type: 'map', values: { type: 'string' } },
    { field: 'list', type: 'array', items: { type: 'int64' } },
  ])
  expect(after).toEqual({ ...before, field: 'after' })
})
