import type { FactsError } from '../../errors'
import type { LogRecord } from '../../topology/record'
import type { LetterPosition, Replay } from './control-record'
import type { ParkedKey, ParkedKeys } from './parked-keys'
import { parkedId } from './parked-keys'

/** What the task does with one change that is replayed. */
export interface ReplayTurn {
  /** Gives why the record failed, undefined when it became what it should. */
  readonly process: (record: LogRecord) => FactsError | undefined
  readonly deadLetter: (record: LogRecord, error: FactsError, parked: ParkedKey) => void
  readonly drop: (reason: string) => void
}

/** A key whose replay is through while changes that it did not cover still wait. */
export interface Rest {
  readonly processor: string
  readonly key: Buffer
  /** Parking, and what of it is settled. */
  readonly id: string
  readonly taken: string
  readonly count: number
  /** Where the last dead letter that was replayed was written first. */
  readonly letter: LetterPosition
}

/**
 * Settles the changes of parked keys in their order. A replay is a chain: each record of it names what must be settled
 * before, so one that is read again, was made by another operator at the same time, follows one that failed, or was meant
 * for an earlier parking of the key has no effect.
 */
export class Replays {
  private readonly rests = new Map<string, Rest>()

  constructor(
    private readonly parked: ParkedKeys,
    /** What was written to the stores belongs to the transaction. */
    private readonly keep: () => void,
  ) {}

  take(replay: Replay, turn: ReplayTurn): void {
    const { processor, key, record } = replay
    const parked = this.parked.of(processor, key)
    if (
      parked?.id !== replay.id ||
      parked.taken !== replay.after ||
      parked.count < replay.settles
    ) {
      turn.drop('replayed_before')
      return
    }
    const error = record === null ? undefined : turn.process(record)
    if (record === null) turn.drop('left_out')
    if (record !== null && error !== undefined) {
      const failed = { ...parked, code: error.code, round: parked.round + 1 }
      this.parked.put(processor, key, failed)
      this.keep()
      turn.deadLetter(record, error, failed)
      return
    }
    this.settle(replay, parked)
    this.keep()
  }

  /** Keys whose replay is through, and what still waits of them. Asked once for each batch. */
  takeRests(): readonly Rest[] {
    const rests = [...this.rests.values()]
    this.rests.clear()
    return rests
  }

  private settle(replay: Replay, parked: ParkedKey): void {
    const { processor, key, offset, isLast, letter } = replay
    const id = parkedId(processor, key)
    this.rests.delete(id)
    const count = parked.count - replay.settles
    if (count === 0) {
      this.parked.release(processor, key)
      return
    }
    const taken = offset.toString()
    const round = isLast ? parked.round + 1 : parked.round
    // What is left only waits for its turn.
    this.parked.put(processor, key, { ...parked, code: 'KEY_PARKED', taken, count, round })
    if (!isLast || letter === undefined) return
    this.rests.set(id, { processor, key, id: parked.id, taken, count, letter })
  }
}

/**
 * The replay of what a replay did not cover: the dead letters of the rest, once all of them were read; undefined before.
 */
export function replayOfRest(
  { processor, key, id, taken, count }: Rest,
  letters: readonly LogRecord[],
): readonly Replay[] | undefined {
  if (letters.length !== count) return undefined
  let after = taken
  return letters.map((record, index): Replay => {
    const replay = { kind: 'replay', processor, key, id, after, record } as const
    const { offset } = record
    after = offset.toString()
    return { ...replay, offset, settles: 1, isLast: index === count - 1, letter: undefined }
  })
}
