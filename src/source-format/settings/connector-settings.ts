/** Settings of a connector with its own names, as in its file, or in the application.properties of a Debezium Server. */
export type ConnectorSettings = Readonly<Record<string, string>>

export const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter'

/** Converters that write Avro in Confluent's form: a zero byte, the id of the schema, the value. */
export const AVRO_CONVERTERS = new Set([
  'io.confluent.connect.avro.AvroConverter',
  'io.apicurio.registry.utils.converter.AvroConverter',
])

/** Converters that Debezium Server names by a word (`debezium.format.value=json`). */
const SERVER_FORMATS: Readonly<Record<string, string>> = {
  json: JSON_CONVERTER,
  avro: 'io.confluent.connect.avro.AvroConverter',
  protobuf: 'io.confluent.connect.protobuf.ProtobufConverter',
}

/**
 * The settings as a connector in Kafka Connect has them: those of Debezium Server without their prefixes, its formats as
 * converters.
 */
export function asConnector(settings: ConnectorSettings): ConnectorSettings {
  const isServer = Object.keys(settings).some((name) => name.startsWith('debezium.'))
  if (!isServer) return settings
  const server: ConnectorSettings = {
    'debezium.format.key': 'json',
    'debezium.format.value': 'json',
    'debezium.format.header': 'json',
    ...settings,
  }
  return Object.fromEntries(
    Object.entries(server).flatMap(([name, value]): (readonly [string, string])[] => {
      const source = /^debezium\.source\.(.*)$/.exec(name)?.[1]
      if (source !== undefined) return [[source, value]]
      const format = /^debezium\.format\.(key|value|header)(\..*)?$/.exec(name)
      if (format !== null) {
        const [, part = '', rest] = format
        return rest === undefined
          ? [[`${part}.converter`, SERVER_FORMATS[value] ?? value]]
          : [[`${part}.converter${rest}`, value]]
      }
      const other = /^debezium\.(transforms.*|predicates.*)$/.exec(name)?.[1]
      return other === undefined ? [] : [[other, value]]
    }),
  )
}
