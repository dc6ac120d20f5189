/** The generator's description of the proto files, for the registry and for printing messages. */
export interface SchemaManifest {
  /** By import name. */
  readonly files: Readonly<Record<string, SchemaFile>>
  /** By full name, as `facts.v1.Header`. */
  readonly messages: Readonly<Record<string, MessageSchema>>
  /** Name of each number, by full name of the enum. */
  readonly enums: Readonly<Record<string, Readonly<Record<number, string>>>>
}

export interface SchemaFile {
  readonly text: string
  /** Import names that need a registry reference: all but google/protobuf. */
  readonly imports: readonly string[]
}

export interface MessageSchema {
  readonly file: string
  /** Confluent's message indexes: position at the top level of the file, then inside each parent. */
  readonly indexes: readonly number[]
  readonly fields: readonly FieldSchema[]
}

export interface FieldSchema {
  /** In lowerCamelCase, which is also the JSON name. */
  readonly name: string
  readonly number: number
  /** A scalar type of protobuf, or `message` or `enum`, which `of` names. */
  readonly type: string
  readonly of?: string
  /** Key type of a map field; `type` is then the type of its values. */
  readonly key?: string
  readonly repeated?: true
  /** Scalars and enums with presence: absent is null, not the default. */
  readonly optional?: true
}
