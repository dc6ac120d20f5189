import { Namespace, parse, Root, Type } from 'protobufjs'
import type { ReflectionObject } from 'protobufjs'

/** A proto file as far as framing needs it. */
export interface ProtoOutline {
  readonly imports: readonly string[]
  /** Confluent's message indexes by full message name: position at the top level, then inside each parent. */
  readonly indexes: ReadonlyMap<string, readonly number[]>
  /**
   * Messages inside messages that also have map fields. Some serializers count the hidden entry message of a map,
   * some do not, so the indexes of these are a guess.
   */
  readonly ambiguous: readonly string[]
}

/** Reads the text of a proto file, without its imports. Throws Error when it is not protobuf or has no package. */
export function outlineProto(text: string): ProtoOutline {
  const parsed = parse(text, new Root())
  const { package: name = '', imports = [], root } = parsed
  const scope: ReflectionObject | null = name === '' ? root : root.lookup(name)
  const indexes = new Map<string, readonly number[]>()
  const ambiguous: string[] = []
  const number = (declared: readonly ReflectionObject[], parent: readonly number[]): void => {
    for (const [index, message] of declared.filter((one) => one instanceof Type).entries()) {
      indexes.set(message.fullName.slice(1), [...parent, index])
      const nested = message.nestedArray.filter((one) => one instanceof Type)
      if (message.fieldsArray.some((field) => field.map))
        ambiguous.push(...nested.map((one) => one.fullName.slice(1)))
      number(nested, [...parent, index])
    }
  }
  if (scope instanceof Namespace) number(scope.nestedArray, [])
  return { imports, indexes, ambiguous }
}
