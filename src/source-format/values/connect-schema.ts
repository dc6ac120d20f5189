/** A schema of Kafka Connect, with the names that its JSON converter writes. */
export interface ConnectSchema {
  readonly type: string
  /** Of a semantic type: "io.debezium.time.MicroTimestamp". */
  readonly name?: string
  readonly parameters?: Readonly<Record<string, string>>
  /** Schema of an array's elements. */
  readonly items?: ConnectSchema
  /** Schema of a map's values. */
  readonly values?: ConnectSchema
  /** Fields of a struct, in order. */
  readonly fields?: readonly ConnectField[]
}

/** A field of a struct, with its name as `field`. */
export interface ConnectField extends ConnectSchema {
  readonly field: string
}

/** A schema's type and name, "int64 io.debezium.time.MicroTimestamp": what a value of it means. */
export function signature({ type, name }: ConnectSchema): string {
  return name === undefined ? type : `${type} ${name}`
}

/** The schema of a struct's field; undefined when it has none of the name. */
export function fieldSchema(
  schema: ConnectSchema | undefined,
  field: string,
): ConnectSchema | undefined {
  return schema?.fields?.find((one) => one.field === field)
}
