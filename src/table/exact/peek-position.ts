import { decodedJson } from './decoded-json'
import { isObject, sourceSchema, transactionSchema } from './envelope'
import { exactPosition } from './exact-position'
import type { SourcePosition } from '../shape/source-position'

/** Position of an otherwise unreadable record; undefined when it cannot be determined from its bytes. */
export function peekPosition(value: Buffer | null): SourcePosition | undefined {
  if (value === null) return undefined
  try {
    const json = decodedJson(value, 'value', 'JSON_INVALID')
    if (!isObject(json)) return undefined
    const source = sourceSchema.safeParse(json['source'])
    const transaction = transactionSchema.nullish().safeParse(json['transaction'])
    return source.success ? exactPosition(source.data, transaction.data) : undefined
  } catch {
    return undefined
  }
}
