import type { Change } from '../event/change'
import type { Equality } from '../filter/equality'
import { fieldText } from '../filter/equality'
import type { Positions } from '../cursor/position'
import { Turn } from './turn'

/** Filter steps that all readers together may spend on one change: 100 milliseconds at most. */
const TURN_STEPS = 5_000_000

/** A reader at the head: receives each change, with the positions after it. */
export interface HeadReader {
  /** Only changes of facts that have this value before or after are relevant. Undefined when all are. */
  readonly cover: Equality | undefined
  take(change: Change, positions: Positions): void
  /** Its filter used up its time: from these positions on it reads by itself. */
  stepBack(positions: Positions): void
  /** Delivers what was taken: no change follows immediately. */
  flush(positions: Positions): void
}

/**
 * The readers at the head. Those whose set is covered by an index are found by the values of the change, so that a thousand
 * sets of one field cost no more than one.
 */
export class HeadReaders {
  private readonly uncovered = new Set<HeadReader>()
  /** By field and value. */
  private readonly covered = new Map<string, Map<string, Set<HeadReader>>>()
  /** Readers that have taken a change since the last flush. */
  private readonly taking = new Set<HeadReader>()
  private count = 0

  get size(): number {
    return this.count
  }

  add(reader: HeadReader): void {
    const { cover } = reader
    if (cover === undefined) this.uncovered.add(reader)
    else {
      const values = this.covered.get(cover.field) ?? new Map<string, Set<HeadReader>>()
      this.covered.set(cover.field, values)
      values.set(cover.value, (values.get(cover.value) ?? new Set()).add(reader))
    }
    this.count += 1
  }

  delete(reader: HeadReader): void {
    const { cover } = reader
    const values = cover && this.covered.get(cover.field)
    const readers = cover === undefined ? this.uncovered : values?.get(cover.value)
    if (readers?.delete(reader) !== true) return
    this.count -= 1
    if (cover === undefined || readers.size > 0) return
    values?.delete(cover.value)
    if (values?.size === 0) this.covered.delete(cover.field)
  }

  /** `before` are the positions before the change: a reader that would delay the others for too long stays there. */
  take(change: Change, positions: Positions, before: () => Positions): void {
    const turn = new Turn(TURN_STEPS)
    let isFirst = true
    for (const reader of this.concerned(change)) {
      if (!isFirst && turn.isOver) {
        reader.stepBack(before())
        continue
      }
      isFirst = false
      reader.take(change, positions)
      this.taking.add(reader)
    }
  }

  flush(positions: Positions): void {
    for (const reader of this.taking) reader.flush(positions)
    this.taking.clear()
  }

  private *concerned({ previous, next }: Change): Generator<HeadReader> {
    yield* this.uncovered
    for (const [field, values] of this.covered) {
      const before = fieldText(previous?.context, field)
      const after = fieldText(next?.context, field)
      for (const value of new Set([before, after])) {
        if (value !== undefined) yield* values.get(value) ?? []
      }
    }
  }
}
