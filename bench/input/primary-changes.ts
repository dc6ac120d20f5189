import type { Change } from './change'
import { envelope } from './envelope'
import type { Op } from './envelope'
import { primaryRow } from './primary-row'
import { deletedRow } from './recorded-changes'
import type { Random } from './random'
import type { SourceClock } from './source-clock'

export interface PrimaryChangesOptions {
  readonly random: Random
  readonly clock: SourceClock
  /** Rows that will have been inserted in the end. */
  readonly keys: number
  readonly secondaries: number
  /** Changes that will be asked for: spreads the inserts over all of them. */
  readonly changes: number
  /** Ids begin after this one; default 0. */
  readonly lastId?: number
  /** Whether there are unreadable records among them. */
  readonly withUnreadable: boolean
}

/** One in so many records is cut short, so that dead letters are compared too. */
const UNREADABLE_EVERY = 20_000
const DELETED = 0.005
const UNAVAILABLE = 0.02
const TABLE = 'wildapp_primary'

/** Changes of wildapp_primary: inserts, updates of rows that exist, and a few deletes with their tombstones. */
export class PrimaryChanges {
  private readonly living: number[] = []
  private inserted = 0
  private count = 0
  private tombstone: Change | undefined
  private readonly deleted = deletedRow(TABLE)

  constructor(private readonly options: PrimaryChangesOptions) {}

  /** The next record; `now` replaces the made-up commit time, microseconds since the epoch. */
  next(now?: number): Change {
    this.count += 1
    if (this.tombstone !== undefined) {
      const { tombstone } = this
      this.tombstone = undefined
      return tombstone
    }
    const { random, withUnreadable } = this.options
    if (withUnreadable && this.count % UNREADABLE_EVERY === 0) return this.unreadable(now)
    const inserted = this.inserted / this.options.keys
    const isShort = inserted < this.count / this.options.changes
    if (this.living.length === 0 || (isShort && random.chance(0.9))) return this.insert(now)
    if (random.chance(DELETED)) return this.remove(now)
    const id = random.pick(this.living)
    const notes = random.chance(UNAVAILABLE) ? 'unavailable' : 'as is'
    const after = primaryRow(random, id, this.options.secondaries, notes)
    return this.change('u', id, { before: 'null', after }, now)
  }

  private insert(now: number | undefined): Change {
    this.inserted += 1
    const id = (this.options.lastId ?? 0) + this.inserted
    this.living.push(id)
    const after = primaryRow(this.options.random, id, this.options.secondaries)
    return this.change('c', id, { before: 'null', after }, now)
  }

  private remove(now: number | undefined): Change {
    const { living } = this
    const place = this.options.random.below(living.length)
    const id = living[place] as number
    living[place] = living.at(-1) as number
    living.pop()
    const change = this.change('d', id, { before: this.deleted(id), after: 'null' }, now)
    this.tombstone = { ...change, value: null }
    return change
  }

  private unreadable(now: number | undefined): Change {
    const change = this.insert(now)
    // Later changes of the row would wait for it in one peer only.
    this.living.pop()
    return { ...change, value: change.value?.slice(0, 200) ?? null }
  }

  private change(
    op: Op,
    id: number,
    rows: { readonly before: string; readonly after: string },
    now: number | undefined,
  ): Change {
    const moment = this.options.clock.next(now)
    return {
      key: `{"id":${id}}`,
      value: envelope({ op, table: TABLE, ...rows, ...moment }),
      timestamp: Math.floor(moment.committedAt / 1_000),
    }
  }
}
