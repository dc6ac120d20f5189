import type { OutboxFields } from '../../fact/declare/outbox-fields'
import { timestampText } from '../../protobuf/json/message-json'
import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { CursorCodec } from '../cursor/cursor'
import type { Positions } from '../cursor/position'
import type { ReaderPosition } from '../cursor/reader-position'
import type { EventDetails, WrittenEvent } from '../event/event-text'
import { eventText } from '../event/event-text'
import type { FeedEvent } from '../event/feed-event'
import { outboxEvent } from '../event/outbox-event'
import type { Problem } from '../problem'
import type { Grant } from '../select/grant'
import { EVERYTHING } from '../select/grant'
import type { Selection, SelectionText } from '../select/selection'
import type { FeedClass } from './feed-class'
import { FeedClasses } from './feed-classes'
import { FeedCursors } from './feed-cursors'
import type { FeedSchema } from './feed-description'
import { FeedDescription } from './feed-description'
import type { Hub } from './hub'
import { Resumption } from './resumption'

/** One feed as requests see it. */
export class Feed {
  readonly name: string
  private readonly description: FeedDescription
  private readonly classes = new FeedClasses(this)
  private readonly cursors: FeedCursors
  private readonly resumption: Resumption

  constructor(
    readonly hub: Hub,
    schemas: SchemaManifest,
    codec: CursorCodec,
  ) {
    const { definition } = hub.options
    this.name = definition.name
    this.description = new FeedDescription(hub.options, schemas)
    this.cursors = new FeedCursors(definition, codec)
    this.resumption = new Resumption(hub, this.cursors)
  }

  /** Description of the feed in `GET /feeds`. */
  describe(grant: Grant = EVERYTHING): Readonly<Record<string, unknown>> {
    return this.description.describe(grant)
  }

  /** Set when its facts are events of an outbox. */
  get outbox(): OutboxFields | undefined {
    return this.description.outbox
  }

  /** The visible part of its message under the grant. */
  schemaOf(grant: Grant): FeedSchema {
    return this.description.schemaOf(grant)
  }

  /**
   * Compiles a selection; for an outbox limited to events without a subscriber or for the consumer. Throws Problem when a field
   * does not exist, the filter is wrong, or the grant cannot be used.
   */
  select(text: SelectionText, grant: Grant = EVERYTHING, consumer?: string): Selection {
    return this.description.select(text, grant, consumer)
  }

  /** The class of readers at the head that get the same bytes. */
  classOf(selection: Selection): FeedClass {
    return this.classes.of(selection)
  }

  cursor(selection: Pick<Selection, 'identity'>, position: ReaderPosition): string {
    return this.cursors.encode(selection, position)
  }

  /** Whether the cursor is before the other one, or cannot be compared with it, because that has another secret. */
  isBefore(text: string, other: string): boolean {
    return this.cursors.isBefore(text, other)
  }

  /** The position of a cursor. Throws Problem when it cannot be resumed; see PROTOCOL.md R21 to R26. */
  resume(text: string, selection: Selection): Promise<ReaderPosition> {
    return this.resumption.resume(text, selection)
  }

  /** Checks a cursor with any filter. Throws Problem as `resume` does. */
  refuseForeign(text: string): Promise<void> {
    return this.resumption.refuseForeign(text)
  }

  /** Positions before the first retained fact. */
  earliest(): Positions {
    return this.resumption.earliest()
  }

  /** Throws Problem `cursor-expired` when facts after the positions are no longer retained. */
  refuseExpired(positions: Positions, selection: Pick<Selection, 'identity'>): void {
    this.resumption.refuseExpired(positions, selection)
  }

  expired(detail: string, selection: Pick<Selection, 'identity'>): Problem {
    return this.resumption.expired(detail, selection)
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
}
