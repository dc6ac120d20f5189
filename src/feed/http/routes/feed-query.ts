import { z } from 'zod'
import type { Start } from '../../replay/begin'
import { microseconds } from '../../cursor/commit-time'
import type { EventFormat } from '../../select/event-format'
import type { Problem } from '../../problem'
import { invalidParameter } from '../../problem'
import type { SelectionText } from '../../select/selection'
import type { Shard } from '../../select/shard'
import { parseShard } from '../../select/shard'

/** The acknowledged cursor of the consumer, and where to begin when there is none. */
export interface AcknowledgedStart {
  readonly at: 'acknowledged'
  readonly otherwise: Start | undefined
}

/** The parameters of a request, from URL, body or headers. */
export interface FeedQuery {
  readonly selection: SelectionText
  /** Undefined when the request does not set it. */
  readonly start: Start | AcknowledgedStart | undefined
  readonly pageSize: number
  readonly timeoutMs: number
  /** Minimum age of events, milliseconds. */
  readonly lagMs: number
  /** Window length of `order=commit`, milliseconds; undefined without it. */
  readonly windowMs: number | undefined
  readonly untilHead: boolean
  readonly tellsStatus: boolean
  readonly consumer: string | undefined
}

const Whole = (least: number, most: number): z.ZodType<number> =>
  z
    .union([z.string().regex(/^\d{1,9}$/), z.int()])
    .transform(Number)
    .refine(
      (value) => value >= least && value <= most,
      `expected a whole number from ${least} to ${most}`,
    )
    .meta({ minimum: least, maximum: most })

/** Accepted range of microseconds: 1973-03-03 to the end of the year 9999. */
const [FIRST_MICROSECONDS, LAST_MICROSECONDS] = [10n ** 14n, 253_402_300_799_999_999n]
const EXPECTED_TIME =
  'must be RFC 3339 with a zone, like 2026-01-02T03:04:05.678901Z, or microseconds since 1970, like 1767323045678901'

const Text = z.string().min(1).max(30_000)
const Flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])

/** Proxies close idle connections: nginx after 60 seconds by default, HAProxy as packaged after 50. */
const LONGEST_POLL_MS = 45_000

/** The parameters of requests, in the URL or in a JSON body. */
export const Query = z.strictObject({
  where: Text.optional(),
  changes_on: Text.optional(),
  select: Text.optional(),
  shard: Text.optional(),
  format: z.enum(['facts', 'cloudevents']).optional(),
  start: z.enum(['earliest', 'now', 'snapshot', 'acknowledged']).optional(),
  otherwise: z.enum(['earliest', 'now', 'snapshot']).optional(),
  start_ts: z
    .union([Text, z.int().min(Number(FIRST_MICROSECONDS))], { error: `it ${EXPECTED_TIME}` })
    .optional(),
  cursor: Text.optional(),
  last_event_id: z.string().max(30_000).optional(),
  lastEventId: z.string().max(30_000).optional(),
  page_size: Whole(1, 16_000).default(100),
  timeout: Whole(0, LONGEST_POLL_MS).default(0),
  lag: Whole(0, 600_000).optional(),
  order: z.enum(['commit']).optional(),
  window: Whole(100, 60_000).optional(),
  until: z.enum(['head']).optional(),
  status: Flag.default(true),
  consumer: z.string().optional(),
})

/** Defaults, milliseconds. Facts take a moment from the source's commit to the topic. */
const [WINDOW_MS, WINDOW_LAG_MS] = [1_000, 1_000]
/** Names that a consumer may have. */
export const CONSUMER = /^[A-Za-z0-9._:@-]{1,128}$/

export interface QueryHeaders {
  /** Format from the `Accept` header, if any. */
  readonly format?: EventFormat | undefined
  readonly lastEventId: string | undefined
  readonly consumer: string | undefined
}

/** Throws Problem `parameter-invalid`, which names the parameter. */
export function feedQuery(parameters: unknown, headers: QueryHeaders): FeedQuery {
  for (const [name, value] of Object.entries(parameters ?? {})) {
    if (Array.isArray(value)) throw invalidParameter(name.slice(0, 64), 'is given more than once')
  }
  const parsed = Query.safeParse(parameters)
  if (!parsed.success) throw refusal(parsed.error)
  const { where, changes_on: changesOn, select, format, ...query } = parsed.data
  const windowMs = windowOf(query, format ?? headers.format)
  const lagMs = query.lag ?? (windowMs === undefined ? 0 : WINDOW_LAG_MS)
  const consumer = headers.consumer ?? query.consumer
  if (consumer !== undefined && !CONSUMER.test(consumer)) {
    throw invalidParameter('consumer', 'must be 1 to 128 letters, digits or . _ : @ -')
  }
  return {
    selection: {
      where,
      changesOn,
      select,
      shard: shardOf(query.shard),
      format: format ?? headers.format,
    },
    start: startOf(query, headers.lastEventId),
    pageSize: query.page_size,
    timeoutMs: query.timeout,
    lagMs,
    windowMs,
    untilHead: query.until === 'head',
    tellsStatus: query.status,
    consumer,
  }
}

/** Undefined without an order. */
function windowOf(
  { order, window }: Pick<z.output<typeof Query>, 'order' | 'window'>,
  format: EventFormat | undefined,
): number | undefined {
  if (order === undefined) {
    if (window !== undefined) throw invalidParameter('window', 'requires order=commit')
    return undefined
  }
  if (format === 'cloudevents') {
    throw invalidParameter(
      'order',
      'cannot be combined with CloudEvents: a window has one cursor, but their ids must differ',
    )
  }
  return window ?? WINDOW_MS
}

function shardOf(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined
  const shard = parseShard(text)
  if (shard === undefined)
    throw invalidParameter('shard', 'must be m/n, from 1/n to n/n with n up to 1,024')
  return shard
}

function startOf(
  query: Pick<
    z.output<typeof Query>,
    'start' | 'otherwise' | 'start_ts' | 'cursor' | 'last_event_id' | 'lastEventId'
  >,
  header: string | undefined,
): FeedQuery['start'] {
  const { otherwise } = query
  if (otherwise !== undefined && query.start !== 'acknowledged') {
    throw invalidParameter('otherwise', 'requires start=acknowledged')
  }
  // Browsers send an empty Last-Event-ID before the first event.
  const resumed = [header, query.last_event_id, query.lastEventId].find((id) => (id ?? '') !== '')
  if (resumed !== undefined) return { at: 'cursor', cursor: resumed }
  const given = (['cursor', 'start', 'start_ts'] as const).filter(
    (name) => query[name] !== undefined,
  )
  if (given.length > 1) {
    throw invalidParameter(
      given[1] ?? '',
      `cannot be combined with ${given[0] ?? ''}: a reader begins at one position`,
    )
  }
  if (query.cursor !== undefined) return { at: 'cursor', cursor: query.cursor }
  if (query.start === 'acknowledged') {
    return { at: query.start, otherwise: otherwise && { at: otherwise } }
  }
  if (query.start !== undefined) return { at: query.start }
  if (query.start_ts === undefined) return undefined
  return { at: 'time', time: timeOf(String(query.start_ts)) }
}

/** Rejects numbers of seconds or milliseconds: microseconds have 15 digits since 1973, and 18 at most. */
function timeOf(text: string): bigint {
  const isNumber = /^\d+$/.test(text)
  const time = isNumber && text.length <= 18 ? BigInt(text) : microseconds(text)
  const isMicroseconds = !isNumber || (time ?? 0n) >= FIRST_MICROSECONDS
  if (time !== undefined && time <= LAST_MICROSECONDS && isMicroseconds) return time
  throw invalidParameter('start_ts', EXPECTED_TIME)
}

function refusal(error: z.ZodError): Problem {
  const [issue] = error.issues
  if (issue?.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys
    return invalidParameter(
      name.slice(0, 64),
      `is not known. There are ${Object.keys(Query.shape).join(', ')}`,
    )
  }
  const name = String(issue?.path[0] ?? 'body')
  return invalidParameter(name, `is not valid: ${issue?.message ?? 'unreadable'}`)
}
