import { createHash } from 'node:crypto'
import { timestampText } from '../../protobuf/json/message-json'
import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { Cursor, CursorCodec, SnapshotPlace } from '../cursor/cursor'
import { isBehind } from '../cursor/cursor-order'
import { keptCheck } from '../cursor/packed-positions'
import type { EventPlace, WrittenEvent } from '../event/event-text'
import { eventText } from '../event/event-text'
import { FeedClass } from './feed-class'
import type { FeedEvent } from '../event/feed-event'
import type { Grant } from '../select/grant'
import { EVERYTHING } from '../select/grant'
import type { Hub } from './hub'
import type { Positions } from '../cursor/position'
import { notBeyond } from '../cursor/position'
import type { OutboxFields } from '../select/outbox'
import { outboxEvent } from '../select/outbox'
import { Problem } from '../problem'
import { Scopes } from '../select/scope'
import type { Selection, SelectionText } from '../select/selection'
import { compileSelection } from '../select/selection'

/** A place in a feed: behind `positions`, or inside the snapshot as of them. */
export interface Place {
  readonly positions: Positions
  readonly snapshot?: SnapshotPlace | undefined
  /** Everything of an earlier commit time was told in windows, unless it came late. Microseconds since 1970. */
  readonly told?: bigint | undefined
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

  /** What feeds are told apart by, for those who choose. */
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

  /** Where its facts are events of an outbox. */
  get outbox(): OutboxFields | undefined {
    return this.hub.options.definition.outbox
  }

  /** Its message as far as the grant shows it. */
  schemaOf(grant: Grant): {
    readonly name: string
    readonly message: string
    readonly schemas: SchemaManifest
  } {
    const { schemas } = this.scopes.of(grant)
    return { name: this.name, message: this.hub.options.decoder.fullName, schemas }
  }

  /**
   * Of an outbox only what is for everybody or for the consumer. Throws Problem when a field does not exist, the filter is
   * wrong, or the grant cannot be used.
   */
  select(text: SelectionText, grant: Grant = EVERYTHING, consumer?: string): Selection {
    const { fullName } = this.hub.options.decoder
    const { keyFields, indexes } = this.hub.options.definition
    const scope = this.scopes.of(grant)
    const { schemas, outbox } = this
    const message = { fullName, keyFields, indexes, schemas }
    return compileSelection(text, { ...message, scope, outbox, consumer })
  }

  /** The readers at the head that get the same bytes. */
  classOf(selection: Selection): FeedClass {
    const found = this.classes.get(selection.className)
    if (found !== undefined) return found
    const made = new FeedClass(this, selection, () => this.classes.delete(selection.className))
    this.classes.set(selection.className, made)
    return made
  }

  cursor({ identity }: Pick<Selection, 'identity'>, { positions, snapshot, told }: Place): string {
    return this.cursors.encode({ feed: this.hash, selection: identity, positions, snapshot, told })
  }

  /** The event as a stream tells it; it stands in front of the place. */
  written(
    selection: Selection,
    event: FeedEvent,
    place: Place,
    told: Omit<EventPlace, 'cursor'>,
  ): WrittenEvent {
    if (selection.format === 'events' && this.outbox !== undefined) {
      return outboxEvent(event, this.outbox)
    }
    const id = this.cursor(selection, place)
    const text = this.text(selection, event, { ...told, cursor: id })
    return { id, name: event.type, text }
  }

  /** The event as the reader wants it. */
  text({ format }: Selection, event: FeedEvent, place: EventPlace): string {
    return eventText(event, place, format === 'cloudevents' ? { feed: this.name } : undefined)
  }

  /** The place that the cursor names. Throws Problem when it cannot be honoured; see PROTOCOL.md R21 to R26. */
  async resume(text: string, selection: Selection): Promise<Place> {
    const cursor = this.own(text)
    if (!cursor.selection.equals(selection.identity)) {
      throw new Problem(
        'cursor-of-another-filter',
        'The cursor belongs to another where or changes_on. Repeat those that it came with, or begin anew.',
      )
    }
    await this.check(cursor, selection)
    const { positions, snapshot, told } = cursor
    return { positions: notBeyond(positions, this.hub.positions), snapshot, told }
  }

  /** Whatever its filter. Throws Problem as `resume` does. */
  async refuseForeign(text: string): Promise<void> {
    const cursor = this.own(text)
    await this.check(cursor, { identity: cursor.selection })
  }

  /** Whether the cursor stands before the other one, or cannot be compared with it, because another secret made that. */
  isBehind(text: string, other: string): boolean {
    const cursor = this.cursors.decode(text)
    try {
      return isBehind(cursor, this.cursors.decode(other))
    } catch {
      return true
    }
  }

  /**
   * The latest commit time before the positions, RFC 3339. Undefined when there is none or it is not known; and for whom may
   * not see everything, because it would tell of what he may not see.
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
      // The store is being rebuilt: the stream gets that as an error of its own.
      return undefined
    }
  }

  /** Before everything that is kept. */
  earliest(): Positions {
    return this.hub.history.store.lowest().map(({ offset }) => ({ next: offset, check: 0 }))
  }

  /** Throws Problem `cursor-expired` when facts behind the positions are no longer kept. */
  refuseExpired(positions: Positions, selection: Pick<Selection, 'identity'>): void {
    const lowest = this.hub.history.store.lowest()
    if (positions.every(({ next }, partition) => next >= (lowest[partition]?.offset ?? 0n))) return
    throw this.expired(
      'Facts behind this cursor are no longer kept, so what followed it is not complete. Begin at "earliest", or with a snapshot.',
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
    // Behind the last fact there may be markers, and a server that began behind them stands there.
    const isBeyond = (): boolean => {
      const seen = this.hub.history.store.seen()
      return positions.some(({ next }, partition) => {
        const here = this.hub.positions[partition]?.next ?? 0n
        return next > here && next > (seen[partition] ?? 0n)
      })
    }
    if (isBeyond()) await this.hub.head()
    // What was committed is there for good: this server, or another one with the secret, has read it on another topic.
    if (isBeyond() || this.isOfAnother(positions)) throw anotherHistory()
    this.refuseExpired(positions, selection)
  }

  /** Whether the facts that are here are not those that the positions stand behind. */
  private isOfAnother(positions: Positions): boolean {
    const { store } = this.hub.history
    const lowest = store.lowest()
    if (positions.length !== lowest.length) return true
    return positions.some(({ next, check }, partition) => {
      const low = lowest[partition]?.offset ?? 0n
      const end = this.hub.positions[partition]?.next ?? 0n
      // Beyond what was read so far it cannot be told yet, nor before what is kept.
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
    'The cursor stands behind facts that this feed does not hold: its topic was recreated, or is another one. Begin again, at "earliest" or with a snapshot.',
  )
