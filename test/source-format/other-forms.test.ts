import { drive } from '../../src/testing/drive'
import { defineApp } from '../../src/app/define-app'
import { debezium } from '../../src/source-format/debezium'
import { formedFacts } from '../../src/source-format/formed-facts'
import type { ConnectorSettings } from '../../src/source-format/settings/connector-settings'
import * as column from '../../src/table/columns'
import { defineFact, type Fact } from '../../src/fact/declare/define-fact'
import { factTopic } from '../../src/fact/declare/fact-topic'
import { defineTable } from '../../src/table/table'
import { schemas } from '../../src/wildapp/gen/schemas'
import { wildapp } from '../../src/wildapp/gen/messages'
import { formatFact } from './format-tables'
import { RECORDED_FORMS, recordedForm, topicIn } from './recorded-forms'

/** The settings of one form. */
const settingsOf = (form: string): ConnectorSettings => RECORDED_FORMS[form] ?? {}

/** Decodes the first record of a table as it is in one form, with the settings of another. */
function decoded(
  table: string,
  written: string,
  settings: ConnectorSettings,
  fact?: Fact,
): unknown {
  const topic = topicIn(written, table)
  const { facts } = formedFacts([fact ?? formatFact(table, topic)], debezium(settings))
  const record = recordedForm(written).find((one) => one.topic === topic)
  return record === undefined ? undefined : facts[0]?.from.decode(record)
}

test.each([
  ['schemas', 'canonical', "set 'key.converter.schemas.enable': 'true' in the format"],
  ['canonical', 'schemas', "set 'key.converter.schemas.enable': 'false' in the format"],
  ['unwrapped', 'canonical', 'add the connector\'s "transforms" to the format'],
  [
    'avro',
    'canonical',
    'begins as registry converters write (a zero byte, then the id of a schema, perhaps',
  ],
  ['canonical', 'avro', 'it is JSON, and the format says Avro'],
  ['canonical', 'unwrapped', 'it is a whole envelope, and the format says ExtractNewRecordState'],
  ['unwrapped', 'unwrapped-headers', 'it has no __op, which ExtractNewRecordState adds'],
])(
  'a record of the form %s, declared as %s, is recognised, with what to set',
  (written, declared, said) => {
    expect(() => decoded('numbers', written, settingsOf(declared))).toThrow(
      expect.objectContaining({
        code: 'FORMAT_DIFFERS',
        message: expect.stringContaining(said) as string,
      }),
    )
  },
)

test.each([
  ['numbers', 'defaults', 'decimal.handling.mode', 'string', "'decimal.handling.mode': 'precise'"],
  ['numbers', 'connect', 'decimal.handling.mode', 'precise', "'decimal.handling.mode': 'double'"],
  ['times', 'defaults', 'time.precision.mode', 'nanoseconds', "'time.precision.mode': 'adaptive'"],
  [
    'times',
    'nanoseconds',
    'time.precision.mode',
    'isostring',
    "'time.precision.mode': 'nanoseconds'",
  ],
  ['times', 'schemas', 'interval.handling.mode', 'numeric', "'interval.handling.mode': 'string'"],
  ['texts', 'schemas', 'binary.handling.mode', 'hex', "'binary.handling.mode': 'bytes'"],
  ['texts', 'connect', 'hstore.handling.mode', 'json', "'hstore.handling.mode': 'map'"],
])(
  'a schema of %s in the form %s that shows another %s than %s is recognised, with what to set',
  (table, written, setting, mode, said) => {
    const settings = { ...settingsOf(written), [setting]: mode }
    expect(() => decoded(table, written, settings)).toThrow(
      expect.objectContaining({
        code: 'FORMAT_DIFFERS',
        message: expect.stringContaining(`set ${said}`) as string,
      }),
    )
  },
)

const { Event } = wildapp.event.v1

function otherFact(topic: string, columns: Parameters<typeof defineTable>[0]['columns']): Fact {
  return defineFact({
    name: 'other',
    from: defineTable({ topic, key: { id: column.bigint() }, columns }),
    key: () => ({ id: 0n }),
    map: () => ({
      type: '',
      timestamp: { seconds: 0n, nanos: 0 },
      subscriber: null,
      payload: '',
      patchOf: null,
    }),
    to: factTopic('other.facts', Event),
  })
}

test('a column that is declared with another type than the schema has is named with its table', () => {
  const fact = otherFact(topicIn('schemas', 'numbers'), { f8: column.timestamptz().nullable() })
  expect(() => decoded('numbers', 'schemas', settingsOf('schemas'), fact)).toThrow(
    "column f8 is double in the record's schema, and declared as timestamp with time zone: correct the definition of the table",
  )
})

test('a timestamp without a declared precision is refused where records do not say it', () => {
  const fact = otherFact('x.public.y', { at: column.timestamp(), on: column.time(0) })
  expect(() => formedFacts([fact], debezium(settingsOf('defaults-alone')))).toThrow(
    'column at of x.public.y is written in milliseconds or in microseconds, by its precision, which records without schemas do not say (time.precision.mode=adaptive): declare it, timestamp(6) for a column without one',
  )
  expect(() => formedFacts([fact], debezium(settingsOf('defaults')))).not.toThrow()
})

test('a key with a time is refused where the headers of its changes have no day', () => {
  const fact = formatFact('keyed', topicIn('connect', 'keyed'))
  expect(() => formedFacts([fact], debezium(settingsOf('connect')))).toThrow(
    'with time.precision.mode=connect the headers that say how a key was changed have no day',
  )
})

test('the pipeline stops at a record in another form, and says which', async () => {
  const topic = topicIn('schemas', 'numbers')
  const { facts } = formedFacts([formatFact('numbers', topic)], debezium(settingsOf('canonical')))
  const driver = await drive(facts, { schemas, partitions: 1 })
  try {
    for (const record of recordedForm('schemas')) if (record.topic === topic) driver.write(record)
    await expect(driver.facts()).rejects.toMatchObject({
      code: 'FORMAT_DIFFERS',
      coordinates: {
        topic,
        partition: 0,
        offset: 0n,
        key: expect.stringContaining('"payload":{"id":1}') as string,
      },
    })
  } finally {
    await driver.stop()
  }
})

test('an application says what its facts lose by the columns that they are of', () => {
  const format = debezium(settingsOf('connect'))
  const fact = formatFact('times', topicIn('connect', 'times'))
  const { losses } = defineApp({ name: 'lossy', facts: [fact], schemas, format })
  expect(losses).toContain(
    'interval.handling.mode=numeric writes microseconds, with months of 30.4375 days: facts have hours, minutes and seconds; string keeps the parts (connect.public.times.iv)',
  )
  expect(losses.join()).not.toContain('decimal.handling.mode')
})

test('an application without a format has its tables as they are, and loses nothing', () => {
  const fact = formatFact('times', topicIn('canonical', 'times'))
  const app = defineApp({ name: 'plain', facts: [fact], schemas })
  expect(app.facts[0]).toBe(fact)
  expect(app.losses).toEqual([])
})
