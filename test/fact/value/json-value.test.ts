import { Root, common } from 'protobufjs'
import { structOf, valueOf } from '../../../src/fact/value/json-value'

const TEXT =
  '{"a": 1.10, "b": [true, null, "x", -2e3, 0], "c": {"__proto__": "p"}, "d": 9007199254740992}'

test('JSON text is a google.protobuf.Struct that protobuf.js writes and reads back', () => {
  const nested = common.get('google/protobuf/struct.proto')
  const type = Root.fromJSON({ nested: nested?.nested ?? {} }).lookupType('google.protobuf.Struct')
  const bytes = type.encode(type.fromObject(structOf(TEXT))).finish()
  expect(structOf(TEXT)).toMatchObject(type.toObject(type.decode(bytes), { enums: Number }))
  expect(structOf(TEXT).fields['b']).toEqual({
    listValue: {
      values: [
        { boolValue: true },
        { nullValue: 0 },
        { stringValue: 'x' },
        { numberValue: -2000 },
        { numberValue: 0 },
      ],
    },
  })
})

test.each(['1', '0.1', '1.50', '1e21', '-0.0001', '100000000000000000000', '5e-324', '0e5'])(
  'the number %s is one that a double holds',
  (text) => {
    expect(valueOf(text)).toEqual({ numberValue: Number(text) })
  },
)

test.each([
  '12345678901234567890',
  '9007199254740993',
  '1e400',
  '0.12345678901234567890',
  '1e-400',
])('the number %s is refused, because a double would change it', (text) => {
  expect(() => valueOf(`{"a":[${text}]}`)).toThrow(expect.objectContaining({ code: 'MAP_FAILED' }))
})

test('JSON text that is no object is no Struct', () => {
  expect(() => structOf('[1]')).toThrow(expect.objectContaining({ code: 'MAP_FAILED' }))
})
