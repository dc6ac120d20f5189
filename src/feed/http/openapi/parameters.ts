import { z } from 'zod'
import { Query } from '../routes/feed-query'
import type { JsonSchema } from './json-schema'

type ParameterName = keyof typeof Query.shape

/** Descriptions of the parameters of feed-query.ts. */
const TEXTS: Readonly<Record<ParameterName, string>> = {
  where:
    "Only facts that match this expression of the Common Expression Language over the fact's fields, by their JSON names.",
  changes_on: 'Comma-separated fields: updates that changed none of them are omitted.',
  select: 'Comma-separated fields: the others are omitted from `data`.',
  shard: 'm/n: the m-th of n parts of the feed, by a hash of the key.',
  format: 'Format of the events. `Accept` does the same where a header can be set.',
  start: 'Where to begin. Default: `earliest` for pages, `now` for streams.',
  otherwise: 'Where start=acknowledged begins when the consumer has acknowledged nothing.',
  start_ts:
    'Begin with facts committed after this time: RFC 3339 with a zone, or microseconds since 1970.',
  cursor: 'Resume after this cursor.',
  last_event_id: 'The same as the header Last-Event-ID, where a header cannot be set.',
  lastEventId: 'The same as the header Last-Event-ID, where a header cannot be set.',
  page_size: 'Maximum number of events in a page.',
  timeout: 'Milliseconds that a page waits for an event when it would be empty.',
  lag: 'Minimum age of a fact, milliseconds since its commit, before it is sent.',
  order:
    "`commit` merges partitions in the source's commit order, in windows. Not with CloudEvents.",
  window: 'Length of a window of `order=commit`, milliseconds of commit time; default 1,000.',
  until:
    'Ends a stream after the last fact that was committed before the request; with `order=commit` after its window.',
  status:
    'Sends heartbeats of a stream as `status` events, which advance the cursor of every reader. With `false` they are an `id` alone.',
  consumer:
    'The consumer that the session is counted for, where the header X-Consumer-Id cannot be set.',
}

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

/** The parameters in a URL, where everything is text: of several types the intended one. */
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

/** A transform hides the default, so it is taken from the parsed empty query. */
function described(name: string, schema: JsonSchema): JsonSchema {
  const standard = (Query.parse({}) as JsonSchema)[name]
  return {
    description: TEXTS[name as ParameterName],
    ...schema,
    ...(standard === undefined ? {} : { default: standard }),
  }
}

function inUrl({ anyOf, ...rest }: JsonSchema): JsonSchema {
  const forms = (anyOf ?? []) as readonly JsonSchema[]
  const meant = forms.find(({ type }) => type === 'boolean') ?? forms.find(isDigits(forms))
  if (meant !== undefined) return { ...meant, ...rest }
  // A string, or a type that is sent as a string: a string.
  return { ...(forms[0] ?? {}), ...rest }
}

/** An integer, which JSON may also give as a string of digits. */
const isDigits =
  (forms: readonly JsonSchema[]) =>
  ({ type }: JsonSchema): boolean =>
    type === 'integer' && forms.some(({ pattern }) => pattern !== undefined)
