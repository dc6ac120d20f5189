import { EventList } from './event-list'
import type { ReadStats } from '../event/event-text'
import type { Feed } from '../live/feed'
import type { Positions } from '../cursor/position'
import type { ProblemName } from '../problem'
import { Problem } from '../problem'
import type { Reading } from '../replay/reading'
import type { ReadingOptions } from '../replay/open-reading'
import { limitOf, reading } from '../replay/open-reading'
import type { PlacedEvent } from '../replay/reading'

/** The bytes that one page holds until it is sent. */
export interface HeldBytes {
  /** Whether the page has to end early. */
  readonly isFull: boolean
  readonly add: (bytes: number) => void
}

export interface PageOptions extends ReadingOptions {
  /** Maximum number of events; with windows the page ends after the one that reaches it. */
  readonly pageSize: number
  /** How long an empty page waits for an event, milliseconds. */
  readonly timeoutMs: number
  /** Aborted when the client no longer waits for the response. */
  readonly signal: AbortSignal
  /** Memory budget of the page; default: the limit of a page. */
  readonly memory?: HeldBytes
}

export interface Page {
  readonly events: EventList
  readonly cursor: string
  readonly hasNext: boolean
  /** Statistics of the reading for the whole page. */
  readonly stats: ReadStats
  /** Milliseconds spent reading, waits excluded; undefined for readers that must not learn how much there is to read. */
  readonly ms: number | undefined
  /** Whether it ended before the head, so that it never changes. */
  readonly isFull: boolean
  /** False when the end of the topic is unknown, so there may be more. */
  readonly isUpToDate: boolean
}

/** Milliseconds between checks of a page with a lag. */
const LAG_LOOK_MS = 100
/** Limits at which a page ends early: size, and facts read. */
const MAX_BYTES = 8 * 1024 * 1024
const MAX_READ = 100_000

/** Reads from the position until the page is full, the head is reached, or the wait is over. */
export async function readPage(options: PageOptions): Promise<Page> {
  const { feed, pageSize, timeoutMs, signal, memory } = options
  const replay = reading(options)
  const passes = options.lagMs > 0 || options.windowMs !== undefined
  const deadline = Date.now() + timeoutMs
  const events = new EventList()
  const total = { read: 0, bytes: 0 }
  let ms = 0
  let isUpToDate = true
  const isFull = (): boolean =>
    replay.isBetween &&
    (events.length >= pageSize || events.bytes > MAX_BYTES || replay.work > MAX_READ)
  const head = (): Positions => limitOf(options, replay.positions)
  const isThere = (): boolean => replay.isThere(head())

  // A page that ends there may differ when it is requested again.
  const isShort = (): boolean => replay.isBetween && events.length > 0 && memory?.isFull === true
  while (!isFull() && !isShort()) {
    if (isThere()) {
      // Facts committed before the request count, and the hub may not have read them yet.
      isUpToDate = await isAtHead(feed)
      if (!isThere()) continue
      if (events.length > 0 || !(await moved(feed, deadline - Date.now(), passes, signal))) break
    }
    const before = replay.stats
    const began = performance.now()
    const placed = await next(replay, events, () => replay.step(head(), pageSize - events.length))
    ms += performance.now() - began
    if (placed === undefined) break
    for (const { read, bytes } of [...placed.map(({ stats }) => stats), replay.stats]) {
      total.read += read
      total.bytes += bytes ?? 0
    }
    total.read -= before.read
    total.bytes -= before.bytes ?? 0
    const held = events.bytes
    for (const { text } of placed) events.add(text)
    memory?.add(events.bytes - held)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const hasNext = !isThere()
  const { cursor } = replay
  const { granted, isUnrestricted } = options.selection
  const stats = { read: total.read, bytes: isUnrestricted ? total.bytes : undefined }
  const time = granted === undefined ? ms : undefined
  return { events, cursor, hasNext, stats, ms: time, isUpToDate, isFull: isFull() }
}

/** Problems of a filter, or a granted filter, that is too costly on a fact. */
const OF_FILTERS: ReadonlySet<ProblemName> = new Set(['filter-too-costly', 'not-allowed'])

/** Undefined when an error ends this page early; the next page throws it. */
async function next(
  { isBetween }: Reading,
  { length }: EventList,
  step: () => Promise<readonly PlacedEvent[]>,
): Promise<readonly PlacedEvent[] | undefined> {
  try {
    return await step()
  } catch (error) {
    const isOfFilter = error instanceof Problem && OF_FILTERS.has(error.problem)
    if (isOfFilter && isBetween && length > 0) return undefined
    throw error
  }
}

/** False when Kafka does not answer; the facts read so far are served nevertheless. */
async function isAtHead(feed: Feed): Promise<boolean> {
  try {
    await feed.hub.head()
    return true
  } catch (error) {
    if (error instanceof Problem) return false
    throw error
  }
}

/** Waits until the hub has advanced; false at the timeout, or when the client no longer waits. */
function moved({ hub }: Feed, ms: number, passes: boolean, signal: AbortSignal): Promise<boolean> {
  if (ms <= 0 || signal.aborted) return Promise.resolve(false)
  // A lag or a window ends without a change.
  if (passes) return new Promise((resolve) => setTimeout(resolve, Math.min(ms, LAG_LOOK_MS), true))
  return new Promise((resolve) => {
    const end = (result: boolean): void => {
      clearTimeout(timer)
      hub.off('moved', onMoved).off('broken', onMoved)
      signal.removeEventListener('abort', onAbort)
      resolve(result)
    }
    const onMoved = (): void => end(true)
    const onAbort = (): void => end(false)
    const timer = setTimeout(onAbort, ms)
    hub.on('moved', onMoved).on('broken', onMoved)
    signal.addEventListener('abort', onAbort)
  })
}
