import * as column from '../../src/table/columns'
import { Table } from '../../src/table/table'
import { TableShape } from '../../src/table/shape/table-shape'
import { envelopeText, objectText } from './envelope-text'

describe('an unchanged TOASTed value is known', () => {
  const bytes = [...Buffer.from('__debezium_unavailable_value')]
  test.each([
    ['text', column.text(), '"__debezium_unavailable_value"'],
    [
      'text, of an hstore',
      column.text(),
      JSON.stringify(
        JSON.stringify({ __debezium_unavailable_value: '__debezium_unavailable_value' }),
      ),
    ],
    ['base64 of it', column.encodedText(), '"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ=="'],
    ['base64 of it, of a text', column.text(), '"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ=="'],
    ['an array of it', column.textArray(), '["__debezium_unavailable_value"]'],
    ['an array of it, of jsonb', column.array(column.jsonb()), '["__debezium_unavailable_value"]'],
    ['an array of a UUID', column.array(column.uuid()), '["b68a35a7-17ad-35b3-af2a-ae46edb4545a"]'],
    [
      'an array of a UUID, of a text',
      column.textArray(),
      '["b68a35a7-17ad-35b3-af2a-ae46edb4545a"]',
    ],
    [
      'an array of base64',
      column.array(column.bytea()),
      '["X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ=="]',
    ],
    [
      'an array of base64, of a text',
      column.textArray(),
      '["X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ=="]',
    ],
    ['an array of its bytes', column.array(column.integer()), JSON.stringify(bytes)],
    ['an array of its bytes, of bigint', column.array(column.bigint()), JSON.stringify(bytes)],
  ])('as %s', (_, definition, json) => {
    const shape = new TableShape('a.b.c', { id: column.bigint() }, { it: definition }, false)
    const table = new Table(shape)
    const after = objectText({ id: '1', it: json })
    const record = {
      key: Buffer.from('{"id":1}'),
      value: Buffer.from(envelopeText({ op: 'u', after })),
    }
    for (const pass of [1, 2]) {
      expect([pass, table.decode(record)]).toMatchObject([
        pass,
        { unavailable: ['it'], after: { it: null } },
      ])
    }
  })
})
