import {
  asConnector,
  AVRO_CONVERTERS,
  JSON_CONVERTER,
  type ConnectorSettings,
} from './connector-settings'
import { DEFAULT_MODES, MODES, type ModeName, type Modes } from './modes'
import { transformsOf, type Transforms } from './transforms'

/** How a key or a value is written. */
export interface Conversion {
  readonly form: 'json' | 'json-with-schemas' | 'avro'
  /** Whether a NULL is written as the default of its column. */
  readonly replacesNull: boolean
}

/** What of a connector's settings its records depend on. */
export interface FormatSettings {
  readonly key: Conversion
  readonly value: Conversion
  readonly headers: 'simple' | 'json'
  readonly modes: Modes
  readonly placeholder: string
  readonly moneyDigits: number
  readonly transforms: Transforms
  /** `topic.prefix` and `database.dbname`; undefined when they are not said. */
  readonly connector: string | undefined
  readonly database: string | undefined
  readonly hasTransactions: boolean
  readonly writesNullForFailed: boolean
  /** Letters of the operations that are not captured. */
  readonly skipped: readonly string[]
}

const SIMPLE_HEADERS = 'org.apache.kafka.connect.storage.SimpleHeaderConverter'

/** The settings read, with what is wrong with them. */
export function formatSettings(given: ConnectorSettings): {
  readonly settings: FormatSettings
  readonly faults: readonly string[]
} {
  const all = asConnector(given)
  const faults: string[] = []
  const one = <Value extends string>(
    name: string,
    fallback: Value,
    of: readonly Value[],
  ): Value => {
    const value = all[name] ?? fallback
    const found = of.find((known) => known === value.toLowerCase())
    if (found === undefined) faults.push(`${name} is "${value}"; it may be ${of.join(', ')}`)
    return found ?? fallback
  }
  const mode = <Name extends ModeName>(name: Name): Modes[Name] =>
    one<string>(name, DEFAULT_MODES[name], MODES[name]) as Modes[Name]
  const isOn = (name: string, fallback: 'true' | 'false'): boolean =>
    one(name, fallback, ['true', 'false']) === 'true'
  const transforms = transformsOf(all)
  faults.push(...transforms.faults)
  const settings: FormatSettings = {
    key: conversion('key', all, isOn, faults),
    value: conversion('value', all, isOn, faults),
    headers: headers(all, faults),
    modes: {
      'decimal.handling.mode': mode('decimal.handling.mode'),
      'time.precision.mode': mode('time.precision.mode'),
      'interval.handling.mode': mode('interval.handling.mode'),
      'binary.handling.mode': mode('binary.handling.mode'),
      'hstore.handling.mode': mode('hstore.handling.mode'),
    },
    placeholder: all['unavailable.value.placeholder'] ?? '__debezium_unavailable_value',
    moneyDigits: Number(all['money.fraction.digits'] ?? 2),
    transforms,
    connector: all['topic.prefix'] ?? all['database.server.name'],
    database: all['database.dbname'],
    hasTransactions: isOn('provide.transaction.metadata', 'false'),
    writesNullForFailed: (all['event.converting.failure.handling.mode'] ?? 'warn') !== 'fail',
    skipped: (all['skipped.operations'] ?? 't').split(',').map((letter) => letter.trim()),
  }
  return { settings, faults }
}

function conversion(
  part: 'key' | 'value',
  settings: ConnectorSettings,
  isOn: (name: string, fallback: 'true' | 'false') => boolean,
  faults: string[],
): Conversion {
  const converter = settings[`${part}.converter`]
  const replacesNull = isOn(`${part}.converter.replace.null.with.default`, 'true')
  if (converter === undefined) {
    faults.push(
      `${part}.converter is not said: it may be set on the connector or on its worker; add it, with ${part}.converter.schemas.enable`,
    )
  } else if (AVRO_CONVERTERS.has(converter)) {
    faults.push(...apicurioFaults(part, converter, settings))
    // Both write a default for null, without a setting.
    return { form: 'avro', replacesNull: true }
  } else if (converter !== JSON_CONVERTER) {
    faults.push(
      `${part}.converter is ${converter}, whose records cannot be read; set ${JSON_CONVERTER}, or one for Avro (${[...AVRO_CONVERTERS].join(', ')})`,
    )
  }
  const hasSchemas = isOn(`${part}.converter.schemas.enable`, 'true')
  return { form: hasSchemas ? 'json-with-schemas' : 'json', replacesNull }
}

/** Apicurio's converters have another form of their own. */
function apicurioFaults(
  part: 'key' | 'value',
  converter: string,
  settings: ConnectorSettings,
): readonly string[] {
  if (!converter.startsWith('io.apicurio.')) return []
  const setting = (name: string): string => `${part}.converter.apicurio.registry.${name}`
  return [
    ...(settings[setting('as-confluent')] === 'true'
      ? []
      : [
          `${setting('as-confluent')} is not true: the ids of schemas then have eight bytes; set it`,
        ]),
    ...(settings[setting('headers.enabled')] === 'false'
      ? []
      : [
          `${setting('headers.enabled')} is not false: the ids of schemas are then in headers; set it`,
        ]),
  ]
}

function headers(settings: ConnectorSettings, faults: string[]): FormatSettings['headers'] {
  const converter = settings['header.converter'] ?? SIMPLE_HEADERS
  if (converter === JSON_CONVERTER) return 'json'
  if (converter !== SIMPLE_HEADERS) {
    faults.push(
      `header.converter is ${converter}, whose headers cannot be read: changed primary keys are said in them; remove it, or set ${JSON_CONVERTER}`,
    )
  }
  return 'simple'
}
