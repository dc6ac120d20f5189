import { z } from 'zod'
import { Query } from '../routes/feed-query'
import type { JsonSchema } from './json-schema'

/** What each parameter of feed-query.ts is for. */
const TEXTS: Readonly<Record<string, string>> = {
  where:
    "Only facts that fulfil this expression of the Common Expression Language over the fact's fields, by their JSON names.",
  changes_on: 'Comma-separated fields: updates that changed none of them are left out.',
  select: 'Comma-separated fields: the others are left out of `data`.',
  shard: 'm/n: the m-th of n parts of the feed, by a hash of the key.',
  format: 'How events are written. `Accept` says the same where a header can be set.',
  start: 'Where to begin. Pages begin at `earliest`, streams at `now` unless told otherwise.',
  otherwise: 'Where start=acknowledged begins when the consumer has acknowledged nothing.',
  start_ts:
    'Begin with what was committed later: RFC 3339 with a zone, or microseconds since 1970.',
  cursor: 'Go on behind this cursor.',
  last_event_id: 'The same as the header Last-Event-ID, where a header cannot be set.',
  lastEventId: 'The same as the header Last-Event-ID, where a header cannot be set.',
  page_size: 'The most events of a page.',
  timeout: 'Milliseconds that a page which would be empty waits for an event.',
  lag: 'Milliseconds that must have passed since its commit before a fact comes.',
  order:
    '`commit` merges partitions in the order of the commits of the source, in windows. Not with CloudEvents.',
  window:
    'Milliseconds of commit time that a window of `order=commit` is long; 1,000 unless given.',
  until:
    'Ends a stream behind the last fact that was committed before the request; with `order=commit` behind its window.',
  status:
    'Heartbeats of a stream as `status` events, which move the cursor of every reader. With `false` they are an `id` alone.',
  consumer: 'Whom the session is counted for, where the header X-Consumer-Id cannot be set.',
}

/** Parameters of feed-query.ts that are not described above; a test wants none. */
export const undescribedParameters = (): readonly string[] =>
  Object.keys(Query.shape).filter((name) => TEXTS[name] === undefined)

/** The parameters as the members of a JSON body, which POST takes. */
export function bodySchema(): JsonSchema {
  const { type, properties, additionalProperties } = z.toJSONSchema(Query, { io: 'input' })
  return {
    type,
    additionalProperties,
    properties: Object.fromEntries(
      Object.entries(properties ?? {}).map(([name, one]) => [
        name,
        described(name, one as JsonSchema),
      ]),
    ),
  }
}

/** The same in a URL, where everything is text: of several forms the one that is meant. */
export function queryParameters(of: 'all' | readonly string[]): readonly JsonSchema[] {
  const { properties } = bodySchema() as {
    readonly properties: Readonly<Record<string, JsonSchema>>
  }
  const taken = Object.entries(properties).filter(([name]) => of === 'all' || of.includes(name))
  return taken.map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    description,
    schema: inUrl(schema),
  }))
}

/** A transform hides the default, which is what an empty query becomes. */
function described(name: string, schema: JsonSchema): JsonSchema {
  const standard = (Query.parse({}) as JsonSchema)[name]
  return {
    description: TEXTS[name] ?? '',
    ...schema,
    ...(standard === undefined ? {} : { default: standard }),
  }
}

function inUrl({ anyOf, ...rest }: JsonSchema): JsonSchema {
  const forms = (anyOf ?? []) as readonly JsonSchema[]
  const meant = forms.find(({ type }) => type === 'boolean') ?? forms.find(isDigits(forms))
  if (meant !== undefined) return { ...meant, ...rest }
  // Text and something that is sent as text: text.
  return { ...(forms[0] ?? {}), ...rest }
}

/** A whole number, which JSON may also give as text of digits. */
const isDigits =
  (forms: readonly JsonSchema[]) =>
  ({ type }: JsonSchema): boolean =>
    type === 'integer' && forms.some(({ pattern }) => pattern !== undefined)
