import type { z } from 'zod'
import { FactsError, type ErrorCode } from '../../errors'
import type { JsonValue } from '../../protobuf/json/json'
import { describeValue } from './described-value'

/**
 * The result of parsing `json` with the schema. Throws `code` with the path of the first invalid value, what was expected
 * there (the schema's own `error` text) and what was found. `what` begins the message: "key of shop.public.order".
 */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  json: JsonValue,
  what: string,
  code: ErrorCode,
  topic?: string,
): z.output<Schema> {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = (issue?.path ?? []).map(String)
  const place = path.length === 0 ? '' : ` at ${path.join('.')}`
  throw new FactsError(
    code,
    `The ${what} is not what Debezium writes:${place} expected ${issue?.message ?? 'something else'}, found ${describeValue(at(json, path))}.`,
    topic === undefined ? {} : { topic },
  )
}

function at(json: JsonValue, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined,
    json,
  )
}
