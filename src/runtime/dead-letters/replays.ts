import type { FactsError } from '../../errors'
import type { LogRecord } from '../../topology/record'
import type { LetterPosition, Replay } from './control-record'
import type { ParkedKey, ParkedKeys } from './parked-keys'
import { parkedId } from './parked-keys'

/** Processing of one replayed change. */
export interface ReplayTurn {
  /** Returns the error of the record, undefined when it succeeded. */
  readonly process: (record: LogRecord) => FactsError | undefined
  readonly deadLetter: (record: LogRecord, error: FactsError, parked: ParkedKey) => void
  readonly drop: (reason: string) => void
}

/** A key whose replay has ended while later changes are still parked. */
export interface Rest {
  readonly processor: string
  readonly key: Buffer
  /** Identity of the parking. */
  readonly id: string
  readonly taken: string
  readonly count: number
  /** First position of the last replayed dead letter. */
  readonly letter: LetterPosition
}

/**
 * Settles the changes of parked keys in order. A replay is a chain: each record names its predecessor, so a record that is read
 * again, was made by another operator concurrently, follows a failed one, or belongs to an earlier parking of the key has no
 * effect.
 */
export class Replays {
  private readonly rests = new Map<string, Rest>()

  constructor(
    private readonly parked: ParkedKeys,
    /** Keeps the writes to the stores in the transaction. */
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

  /** Keys whose replay has ended with changes still parked. Called once for each batch. */
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
    // The rest is parked only because of the replayed ones.
    this.parked.put(processor, key, { ...parked, code: 'KEY_PARKED', taken, count, round })
    if (!isLast || letter === undefined) return
    this.rests.set(id, { processor, key, id: parked.id, taken, count, letter })
  }
}

/**
 * The replay of the changes that a replay did not cover, once all their dead letters were read; undefined before.
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
