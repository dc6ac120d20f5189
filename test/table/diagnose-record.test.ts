import * as column from '../../src/table/columns'
import { defineTable } from '../../src/table/table'
import { envelopeText } from './envelope-text'
import { outcome } from './outcome'

/*
 * A converter, a transform or a setting of the connector that makes every record unreadable is named, with what to set.
 */
const table = defineTable({
  topic: 'monolith.public.things',
  key: { id: column.bigint() },
  columns: {
    name: column.text(),
    size: column.integer(),
    at: column.timestamptz().nullable(),
    price: column.numeric().nullable(),
    wait: column.interval().nullable(),
    tags: column.hstore().nullable(),
    days: column.array(column.date()).nullable(),
  },
})
const KEY = '{"id":1}'

const decoded = (value: Buffer | string, key: Buffer | string = KEY): unknown =>
  outcome(() => table.decode({ key: Buffer.from(key), value: Buffer.from(value) }))
const says = (code: string, ...parts: readonly string[]): unknown => ({
  code,
  remedy: 'skip',
  message: expect.stringMatching(new RegExp(parts.join('.*'))) as string,
})

const FRAMED = Buffer.from([0, 0, 0, 0, 7, 2, 4, 6, 8])
const row = '"id":1,"name":"a","size":2'

test.each([
  [
    'an Avro or Protobuf converter',
    FRAMED,
    ['schema, perhaps 7', 'value.converter=.*JsonConverter'],
  ],
  ['a StringConverter', 'Struct{after=Struct{id=1}}', ['StringConverter', 'value.converter=']],
])('values of %s are JSON_INVALID and name the converter', (_what, value, parts) => {
  expect(decoded(value)).toEqual(says('JSON_INVALID', 'is not JSON', ...parts))
})

test.each([
  [
    'CloudEvents',
    '{"id":"a","source":"/debezium","specversion":"1.0","type":"x","data":{}}',
    'CloudEventsConverter',
  ],
  ['ExtractNewRecordState', `{${row}}`, 'ExtractNewRecordState'],
  [
    'ExtractNewRecordState with its own fields',
    '{"__op":"c","__deleted":"false"}',
    'ExtractNewRecordState',
  ],
  ['the outbox EventRouter', '{"orderId":7,"total":"12.30"}', 'EventRouter'],
  ['Flatten', '{"after.id":1,"after.name":"a","op":"c"}', 'Flatten'],
  ['two converters', JSON.stringify(`{${row}}`), 'two converters'],
  ['ReplaceField', `{"op":"c","after":{${row}}}`, 'ReplaceField'],
])('records of %s are ENVELOPE_INVALID and name it', (_what, value, name) => {
  expect(decoded(value)).toEqual(says('ENVELOPE_INVALID', 'is not what Debezium writes', name))
})

test.each([
  ['framed', FRAMED, 'key.converter=.*JsonConverter'],
  ['a bare value', '1', 'ExtractField'],
  ['text of another converter', 'Struct{id=1}', 'StringConverter'],
])('a key that is %s is KEY_INVALID and names what makes it', (_what, key, name) => {
  expect(decoded(envelopeText({ after: `{${row}}` }), key)).toEqual(says('KEY_INVALID', name))
})

test.each([
  ['at', '1767315845678901', 'time.precision.mode=isostring'],
  ['days', '[20455]', 'time.precision.mode=isostring'],
  ['price', '12.3', 'decimal.handling.mode=string'],
  ['price', '"BM4="', 'decimal.handling.mode=string'],
  ['price', '{"scale":2,"value":"BM4="}', 'decimal.handling.mode=string'],
  ['wait', '3600000000', 'interval.handling.mode=string'],
  ['tags', '{"a":"b"}', 'hstore.handling.mode=json'],
  ['size', '"__value_unavailable"', undefined],
  ['at', '"__value_unavailable"', 'unavailable.value.placeholder=__debezium_unavailable_value'],
])('%s as %s names the setting that writes it so', (name, text, setting) => {
  const after = `{${row},"${name}":${text}}`
  const found = decoded(envelopeText({ after }))
  expect(found).toEqual(says('COLUMN_INVALID', `after.${name} expected`, setting ?? 'placeholder'))
})

test('what is wrong with one record alone is said as before', () => {
  expect(decoded(envelopeText({ after: `{${row},"at":"yesterday"}` }))).toMatchObject({
    message: expect.stringMatching(/found the text "yesterday"\.$/) as string,
  })
  expect(decoded('{"op":')).toMatchObject({
    message: expect.stringMatching(/found the end\.$/) as string,
  })
  expect(decoded('[]')).toMatchObject({ message: expect.stringMatching(/found \[\]\.$/) as string })
})
