import { debezium } from '../../src/source-format/debezium'
import { lossesOf } from '../../src/source-format/settings/losses'

const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter'
const CONVERTERS = { 'key.converter': JSON_CONVERTER, 'value.converter': JSON_CONVERTER }
const UNWRAP = {
  transforms: 'unwrap',
  'transforms.unwrap.type': 'io.debezium.transforms.ExtractNewRecordState',
}

test('what the settings do not say is as it is by default in Debezium', () => {
  const { settings } = debezium(CONVERTERS)
  expect(settings.modes).toEqual({
    'decimal.handling.mode': 'precise',
    'time.precision.mode': 'adaptive',
    'interval.handling.mode': 'numeric',
    'binary.handling.mode': 'bytes',
    'hstore.handling.mode': 'json',
  })
  expect(settings.value).toEqual({ form: 'json-with-schemas', replacesNull: true })
})

test('settings that do not shape records are passed over, so a connector file can be given whole', () => {
  const whole = {
    ...CONVERTERS,
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'slot.name': 'x',
  }
  expect(debezium(whole).settings).toEqual(debezium(CONVERTERS).settings)
})

test('the properties of a Debezium Server are read like those of a connector', () => {
  const server = debezium({
    'debezium.sink.type': 'kafka',
    'debezium.source.topic.prefix': 'shop',
    'debezium.source.decimal.handling.mode': 'string',
    'debezium.format.value.schemas.enable': 'false',
    'debezium.format.key.schemas.enable': 'false',
    'debezium.transforms': 'unwrap',
    'debezium.transforms.unwrap.type': 'io.debezium.transforms.ExtractNewRecordState',
    'debezium.transforms.unwrap.add.fields': 'op,lsn,source.ts_ms',
  })
  const connector = debezium({
    ...CONVERTERS,
    ...UNWRAP,
    'topic.prefix': 'shop',
    'decimal.handling.mode': 'string',
    'key.converter.schemas.enable': 'false',
    'value.converter.schemas.enable': 'false',
    'header.converter': JSON_CONVERTER,
    'transforms.unwrap.add.fields': 'op,lsn,source.ts_ms',
  })
  expect(server.settings).toEqual(connector.settings)
})

test.each([
  ['without converters', {}, 'value.converter is not said'],
  [
    'of another converter',
    { ...CONVERTERS, 'value.converter': 'org.apache.kafka.connect.storage.StringConverter' },
    'value.converter is org.apache.kafka.connect.storage.StringConverter, whose records cannot be read',
  ],
  [
    "of Apicurio's own form",
    {
      ...CONVERTERS,
      'value.converter': 'io.apicurio.registry.utils.converter.AvroConverter',
      'value.converter.apicurio.registry.headers.enabled': 'true',
    },
    'value.converter.apicurio.registry.as-confluent is not true',
  ],
  [
    'with a mode that there is not',
    { ...CONVERTERS, 'decimal.handling.mode': 'exact' },
    'decimal.handling.mode is "exact"; it may be precise, double, string',
  ],
  [
    'of a transform that is not known',
    { ...CONVERTERS, transforms: 'x', 'transforms.x.type': 'com.example.Mine' },
    'the transform x (com.example.Mine) changes records in a way that is not known here; remove it',
  ],
  [
    'of a transform without a type',
    { ...CONVERTERS, transforms: 'x' },
    'there is no transforms.x.type',
  ],
  [
    'of rows without their operation',
    { ...CONVERTERS, ...UNWRAP },
    'leaves the operation (op) out of its records, without which no change has its place: add op, source.lsn and source.ts_us to transforms.unwrap.add.fields',
  ],
  [
    'of rows without their position',
    { ...CONVERTERS, ...UNWRAP, 'transforms.unwrap.add.fields': 'op,source.ts_ms' },
    'leaves the position (source.lsn) out',
  ],
  [
    'of rows without their time',
    { ...CONVERTERS, ...UNWRAP, 'transforms.unwrap.add.fields': 'op,lsn,ts_ms' },
    'leaves the time of the commit (source.ts_us) out',
  ],
  [
    'of rows in topics by their values',
    {
      ...CONVERTERS,
      ...UNWRAP,
      'transforms.unwrap.add.fields': 'op,lsn,source.ts_ms',
      'transforms.unwrap.route.by.field': 'status',
    },
    'transforms.unwrap.route.by.field names topics by the rows',
  ],
  [
    'of headers that cannot be read',
    { ...CONVERTERS, 'header.converter': 'org.apache.kafka.connect.storage.StringConverter' },
    'header.converter is org.apache.kafka.connect.storage.StringConverter',
  ],
])('a format %s is refused, with what to set', (_, settings, message) => {
  expect(() => debezium(settings)).toThrow(message)
})

test('each lossy setting is said, and those of the shipped connector are not', () => {
  const shipped = debezium({
    ...CONVERTERS,
    'value.converter.replace.null.with.default': 'false',
    'event.converting.failure.handling.mode': 'fail',
    'provide.transaction.metadata': 'true',
    'skipped.operations': 'none',
  })
  expect(lossesOf(shipped.settings, [])).toEqual([])
  const lossy = debezium({
    ...CONVERTERS,
    'skipped.operations': 'd,t',
    transforms: 'filter',
    'transforms.filter.type': 'io.debezium.transforms.Filter',
  })
  const said = lossesOf(lossy.settings, []).join('\n')
  expect(said).toContain('value.converter.replace.null.with.default=true')
  expect(said).toContain('event.converting.failure.handling.mode is not fail')
  expect(said).toContain('provide.transaction.metadata=false')
  expect(said).toContain('skipped.operations has d: deleted rows make no facts')
  expect(said).toContain('skipped.operations has t: TRUNCATE makes no facts')
  expect(said).toContain('the transform filter leaves records out')
})

test('what ExtractNewRecordState leaves out is said', () => {
  const { settings } = debezium({
    ...CONVERTERS,
    ...UNWRAP,
    'skipped.operations': 'none',
    'transforms.unwrap.add.fields': 'op,lsn,source.ts_ms',
  })
  const said = lossesOf(settings, []).join('\n')
  expect(said).toContain('ExtractNewRecordState leaves out the row before')
  expect(said).toContain('ExtractNewRecordState leaves out TRUNCATE')
  expect(said).toContain('delete.tombstone.handling.mode=tombstone leaves no position of a delete')
  expect(said).toContain('replace.null.with.default of ExtractNewRecordState is true')
  expect(said).toContain('add.fields of ExtractNewRecordState lacks source.txId')
})

test('the options of ExtractNewRecordState before 2.5 are read, too', () => {
  const deletesWith = (options: Readonly<Record<string, string>>): unknown =>
    debezium({
      ...CONVERTERS,
      ...UNWRAP,
      'transforms.unwrap.add.fields': 'op,lsn,source.ts_ms',
      ...options,
    }).settings.transforms.unwrap?.deletes
  const handling = 'transforms.unwrap.delete.handling.mode'
  expect(deletesWith({ [handling]: 'rewrite' })).toBe('rewrite')
  expect(deletesWith({ [handling]: 'rewrite', 'transforms.unwrap.drop.tombstones': 'false' })).toBe(
    'rewrite-with-tombstone',
  )
  expect(deletesWith({ [handling]: 'drop' })).toBe('drop')
  expect(deletesWith({ [handling]: 'none' })).toBe('delete-to-tombstone')
})
