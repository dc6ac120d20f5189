/** Settings of a connector, as in its file. */
export type Settings = Readonly<Record<string, string>>

const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter'

const JSON_WITH_SCHEMAS: Settings = {
  'key.converter': JSON_CONVERTER,
  'value.converter': JSON_CONVERTER,
}

const JSON_ALONE: Settings = {
  ...JSON_WITH_SCHEMAS,
  'key.converter.schemas.enable': 'false',
  'value.converter.schemas.enable': 'false',
}

const KEEPS_NULL: Settings = {
  'key.converter.replace.null.with.default': 'false',
  'value.converter.replace.null.with.default': 'false',
}

/** Of connectors/monolith.json. */
const SHIPPED_MODES: Settings = {
  'decimal.handling.mode': 'string',
  'time.precision.mode': 'isostring',
  'interval.handling.mode': 'string',
  'binary.handling.mode': 'bytes',
}

/** Replaced by the address of the registry when the forms are recorded. */
export const REGISTRY = 'http://registry/apis/registry/v2'

function avroConverter(part: 'key' | 'value'): Settings {
  const apicurio = `${part}.converter.apicurio.registry`
  return {
    [`${part}.converter`]: 'io.apicurio.registry.utils.converter.AvroConverter',
    [`${apicurio}.url`]: REGISTRY,
    [`${apicurio}.auto-register`]: 'true',
    [`${apicurio}.find-latest`]: 'true',
    [`${apicurio}.headers.enabled`]: 'false',
    [`${apicurio}.as-confluent`]: 'true',
    [`${apicurio}.use-id`]: 'contentId',
  }
}

const AVRO: Settings = {
  ...avroConverter('key'),
  ...avroConverter('value'),
  'schema.name.adjustment.mode': 'avro',
}

const UNWRAPPED: Settings = {
  transforms: 'unwrap',
  'transforms.unwrap.type': 'io.debezium.transforms.ExtractNewRecordState',
}

/** The settings of each form, besides those that all have. Its records have the form's name as `topic.prefix`. */
export const FORMS: Readonly<Record<string, Settings>> = {
  canonical: { ...JSON_ALONE, ...KEEPS_NULL, ...SHIPPED_MODES },
  schemas: { ...JSON_WITH_SCHEMAS, ...KEEPS_NULL, ...SHIPPED_MODES },
  defaults: JSON_WITH_SCHEMAS,
  'defaults-alone': JSON_ALONE,
  connect: {
    ...JSON_WITH_SCHEMAS,
    'decimal.handling.mode': 'double',
    'time.precision.mode': 'connect',
    'binary.handling.mode': 'base64-url-safe',
    'hstore.handling.mode': 'map',
  },
  'connect-alone': {
    ...JSON_ALONE,
    'decimal.handling.mode': 'double',
    'time.precision.mode': 'connect',
    'binary.handling.mode': 'base64-url-safe',
    'hstore.handling.mode': 'map',
  },
  hex: {
    ...JSON_WITH_SCHEMAS,
    ...KEEPS_NULL,
    'time.precision.mode': 'adaptive_time_microseconds',
    'interval.handling.mode': 'string',
    'binary.handling.mode': 'hex',
    'unavailable.value.placeholder': '-not sent>',
  },
  'microseconds-alone': {
    ...JSON_ALONE,
    ...KEEPS_NULL,
    'time.precision.mode': 'microseconds',
    'interval.handling.mode': 'string',
    'binary.handling.mode': 'base64',
    'unavailable.value.placeholder': '-not sent>',
  },
  nanoseconds: {
    ...JSON_WITH_SCHEMAS,
    ...KEEPS_NULL,
    'decimal.handling.mode': 'string',
    'time.precision.mode': 'nanoseconds',
    'interval.handling.mode': 'string',
  },
  unwrapped: {
    ...JSON_ALONE,
    ...KEEPS_NULL,
    ...SHIPPED_MODES,
    ...UNWRAPPED,
    'transforms.unwrap.delete.tombstone.handling.mode': 'rewrite',
    'transforms.unwrap.replace.null.with.default': 'false',
    'transforms.unwrap.add.fields':
      'op,lsn,source.ts_us,source.txId,source.name,source.db,source.schema,source.table,source.snapshot,transaction.total_order',
  },
  'unwrapped-schemas': {
    ...JSON_WITH_SCHEMAS,
    ...UNWRAPPED,
    'transforms.unwrap.delete.tombstone.handling.mode': 'rewrite-with-tombstone',
    'transforms.unwrap.add.fields': 'op:kind,source.lsn,source.ts_ms',
    'transforms.unwrap.add.fields.prefix': 'cdc.',
  },
  'unwrapped-headers': {
    ...JSON_ALONE,
    ...KEEPS_NULL,
    ...SHIPPED_MODES,
    ...UNWRAPPED,
    'transforms.unwrap.delete.tombstone.handling.mode': 'rewrite',
    'transforms.unwrap.add.headers': 'op,lsn,source.ts_ms,source.txId',
  },
  'unwrapped-tombstones': {
    ...JSON_ALONE,
    ...KEEPS_NULL,
    ...SHIPPED_MODES,
    ...UNWRAPPED,
    'transforms.unwrap.add.fields': 'op,lsn,source.ts_us',
  },
  avro: AVRO,
  'avro-unwrapped': {
    ...AVRO,
    ...SHIPPED_MODES,
    ...UNWRAPPED,
    'transforms.unwrap.delete.tombstone.handling.mode': 'rewrite',
    'transforms.unwrap.replace.null.with.default': 'false',
    'transforms.unwrap.add.fields':
      'op,lsn,source.ts_us,source.txId,source.name,source.db,source.schema,source.table,source.snapshot,transaction.total_order',
  },
  routed: {
    ...JSON_ALONE,
    ...KEEPS_NULL,
    ...SHIPPED_MODES,
    'tombstones.on.delete': 'false',
    'provide.transaction.metadata': 'false',
    transforms: 'route',
    'transforms.route.type': 'org.apache.kafka.connect.transforms.RegexRouter',
    'transforms.route.regex': '([^.]+)\\.public\\.(.*)',
    'transforms.route.replacement': '$1-of-$2',
  },
  logical: {
    ...JSON_ALONE,
    ...KEEPS_NULL,
    ...SHIPPED_MODES,
    transforms: 'logical',
    'transforms.logical.type': 'io.debezium.transforms.ByLogicalTableRouter',
    'transforms.logical.topic.regex': '([^.]+)\\.public\\.(numbers|defaults)',
    'transforms.logical.topic.replacement': '$1.all.$2',
  },
}
