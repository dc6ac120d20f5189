import { createHash } from 'node:crypto'
import { timestampText } from '../../protobuf/json/message-json'
import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { Cursor, CursorCodec, SnapshotPosition } from '../cursor/cursor'
import { isBefore } from '../cursor/cursor-order'
import { keptCheck } from '../cursor/packed-positions'
import type { EventDetails, WrittenEvent } from '../event/event-text'
import { eventText } from '../event/event-text'
import { FeedClass } from './feed-class'
import type { FeedEvent } from '../event/feed-event'
import type { Grant } from '../select/grant'
import { EVERYTHING } from '../select/grant'
import type { Hub } from './hub'
import type { Positions } from '../cursor/position'
import { notBeyond } from '../cursor/position'
import type { OutboxFields } from '../../fact/declare/outbox-fields'
import { outboxEvent } from '../select/outbox'
import { Problem } from '../problem'
import { Scopes } from '../select/scope'
import type { Selection, SelectionText } from '../select/selection'
import { compileSelection } from '../select/selection'

/** A reader's position in a feed: after `positions`, or within the snapshot as of them. */
export interface ReaderPosition {
  readonly positions: Positions
  readonly snapshot?: SnapshotPosition | undefined
  /** With `order=commit`: every fact with an earlier commit time was sent, except late ones. Microseconds since 1970. */
  readonly sentUntil?: bigint | undefined
}

/** One feed as requests see it. */
export class Feed {
  readonly name: string
  private readonly hash: Buffer
  private readonly scopes: Scopes
  private readonly classes = new Map<string, FeedClass>()

  constructor(
    readonly hub: Hub,
    private readonly schemas: SchemaManifest,
    private readonly cursors: CursorCodec,
  ) {
    const { definition, decoder } = hub.options
    this.name = definition.name
    this.hash = createHash('sha256').update(definition.topic).digest().subarray(0, 4)
    const { keyFields } = definition
    this.scopes = new Scopes({ fullName: decoder.fullName, schemas, keyFields })
  }

  /** Description of the feed in `GET /feeds`. */
  describe(grant: Grant = EVERYTHING): Readonly<Record<string, unknown>> {
    const { definition, decoder } = this.hub.options
    const { schemas } = this.scopes.of(grant)
    const fields = schemas.messages[decoder.fullName]?.fields ?? []
    return {
      name: this.name,
      message: decoder.fullName,
      key: definition.keyFields,
      fields: fields.map(({ name }) => name),
      indexes: definition.indexes.filter((index) => fields.some(({ name }) => name === index)),
      stream: `/feeds/${this.name}/stream`,
      pages: `/feeds/${this.name}`,
      ...(this.outbox === undefined ? {} : { events: '/events' }),
    }
  }

  /** Set when its facts are events of an outbox. */
  get outbox(): OutboxFields | undefined {
    return this.hub.options.definition.outbox
  }

  /** The visible part of its message under the grant. */
  schemaOf(grant: Grant): {
    readonly name: string
    readonly message: string
    readonly schemas: SchemaManifest
  } {
    const { schemas } = this.scopes.of(grant)
    return { name: this.name, message: this.hub.options.decoder.fullName, schemas }
  }

  /**
   * Compiles a selection; for an outbox limited to events without a subscriber or for the consumer. Throws Problem when a field
   * does not exist, the filter is wrong, or the grant cannot be used.
   */
  select(text: SelectionText, grant: Grant = EVERYTHING, consumer?: string): Selection {
    const { fullName } = this.hub.options.decoder
    const { keyFields, indexes } = this.hub.options.definition
    const scope = this.scopes.of(grant)
    const { schemas, outbox } = this
    const message = { fullName, keyFields, indexes, schemas }
    return compileSelection(text, { ...message, scope, outbox, consumer })
  }

  /** The class of readers at the head that get the same bytes. */
  classOf(selection: Selection): FeedClass {
    const found = this.classes.get(selection.className)
    if (found !== undefined) return found
    const made = new FeedClass(this, selection, () => this.classes.delete(selection.className))
    this.classes.set(selection.className, made)
    return made
  }

  cursor(
    { identity }: Pick<Selection, 'identity'>,
    { positions, snapshot, sentUntil }: ReaderPosition,
  ): string {
    return this.cursors.encode({
      feed: this.hash,
      selection: identity,
      positions,
      snapshot,
      sentUntil,
    })
  }

  /** The event as a stream sends it; `position` is the position after it. */
  written(
    selection: Selection,
    event: FeedEvent,
    position: ReaderPosition,
    rest: Omit<EventDetails, 'cursor'>,
  ): WrittenEvent {
    if (selection.format === 'events' && this.outbox !== undefined) {
      return outboxEvent(event, this.outbox)
    }
    const id = this.cursor(selection, position)
    const text = this.text(selection, event, { ...rest, cursor: id })
    return { id, name: event.type, text }
  }

  /** The event in the reader's format. */
  text({ format }: Selection, event: FeedEvent, details: EventDetails): string {
    return eventText(event, details, format === 'cloudevents' ? { feed: this.name } : undefined)
  }

  /** The position of a cursor. Throws Problem when it cannot be resumed; see PROTOCOL.md R21 to R26. */
  async resume(text: string, selection: Selection): Promise<ReaderPosition> {
    const cursor = this.own(text)
    if (!cursor.selection.equals(selection.identity)) {
      throw new Problem(
        'cursor-of-another-filter',
        'The cursor belongs to another where or changes_on. Use the same ones as in the request that returned it, or begin again.',
      )
    }
    await this.check(cursor, selection)
    const { positions, snapshot, sentUntil } = cursor
    return { positions: notBeyond(positions, this.hub.positions), snapshot, sentUntil }
  }

  /** Checks a cursor with any filter. Throws Problem as `resume` does. */
  async refuseForeign(text: string): Promise<void> {
    const cursor = this.own(text)
    await this.check(cursor, { identity: cursor.selection })
  }

  /** Whether the cursor is before the other one, or cannot be compared with it, because that has another secret. */
  isBefore(text: string, other: string): boolean {
    const cursor = this.cursors.decode(text)
    try {
      return isBefore(cursor, this.cursors.decode(other))
    } catch {
      return true
    }
  }

  /**
   * The latest commit time before the positions, RFC 3339. Undefined when there is none or it is unknown; and for readers with
   * restricted rights, because it would reveal hidden facts.
   */
  latestTime({ granted }: Selection, positions: Positions): string | undefined {
    if (granted !== undefined) return undefined
    try {
      const { store } = this.hub.history
      const times = positions.map(
        ({ next }, partition) => store.rowBefore(partition, next)?.highestTime ?? 0n,
      )
      const latest = times.reduce((a, b) => (a > b ? a : b), 0n)
      if (latest === 0n) return undefined
      return timestampText(latest / 1_000_000n, Number(latest % 1_000_000n) * 1000)
    } catch {
      // The store is being rebuilt, which the stream reports separately.
      return undefined
    }
  }

  /** Positions before the first retained fact. */
  earliest(): Positions {
    return this.hub.history.store.lowest().map(({ offset }) => ({ next: offset, check: 0 }))
  }

  /** Throws Problem `cursor-expired` when facts after the positions are no longer retained. */
  refuseExpired(positions: Positions, selection: Pick<Selection, 'identity'>): void {
    const lowest = this.hub.history.store.lowest()
    if (positions.every(({ next }, partition) => next >= (lowest[partition]?.offset ?? 0n))) return
    throw this.expired(
      'Facts after this cursor are no longer retained. Begin at "earliest", or with a snapshot.',
      selection,
    )
  }

  expired(detail: string, selection: Pick<Selection, 'identity'>): Problem {
    const earliest = this.cursor(selection, { positions: this.earliest() })
    return new Problem('cursor-expired', detail, { earliest })
  }

  private own(text: string): Cursor {
    const cursor = this.cursors.decode(text)
    if (cursor.feed.equals(this.hash)) return cursor
    throw new Problem('cursor-of-another-feed', `This is not a cursor of ${this.name}.`)
  }

  private async check(
    { positions }: Cursor,
    selection: Pick<Selection, 'identity'>,
  ): Promise<void> {
    await this.hub.opening.served()
    if (this.isOfAnother(positions)) throw anotherHistory()
    // After the last fact there may be transaction markers, and a server that began after them is there.
    const isBeyond = (): boolean => {
      const seen = this.hub.history.store.seen()
      return positions.some(({ next }, partition) => {
        const here = this.hub.positions[partition]?.next ?? 0n
        return next > here && next > (seen[partition] ?? 0n)
      })
    }
    if (isBeyond()) await this.hub.head()
    // Committed facts are not withdrawn: the cursor is from another topic, read by this server or one with the same secret.
    if (isBeyond() || this.isOfAnother(positions)) throw anotherHistory()
    this.refuseExpired(positions, selection)
  }

  /** Whether the store's facts differ from those before the positions. */
  private isOfAnother(positions: Positions): boolean {
    const { store } = this.hub.history
    const lowest = store.lowest()
    if (positions.length !== lowest.length) return true
    return positions.some(({ next, check }, partition) => {
      const low = lowest[partition]?.offset ?? 0n
      const end = this.hub.positions[partition]?.next ?? 0n
      // Undecidable after what was read so far, and before what is retained.
      if (check === 0 || next > end || next <= low) return false
      const last = store.rowBefore(partition, next)
      if (last === undefined || last.offset < low) return low === 0n
      return keptCheck(last.check, positions) !== keptCheck(check, positions)
    })
  }
}

const anotherHistory = (): Problem =>
  new Problem(
    'cursor-of-another-history',
    'The cursor follows facts that this feed does not have: its topic was recreated, or is another one. Begin again, at "earliest" or with a snapshot.',
  )
