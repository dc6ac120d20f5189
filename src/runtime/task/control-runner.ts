import type { LogRecord } from '../../topology/record'
import type { BatchLimits } from '../commit/batch-limits'
import type { TransactionWriter } from '../commit/transaction'
import type { Broadcast, Control, Replay } from '../dead-letters/control-record'
import type { Unreadable } from '../dead-letters/due-controls'
import type { KeyParking } from '../dead-letters/key-parking'
import { parkedId } from '../dead-letters/parked-keys'
import type { Rest } from '../dead-letters/replays'
import { Replays, replayOfRest } from '../dead-letters/replays'
import type { TopicLayout } from '../topics/topic-layout'
import type { Attempts } from './attempts'
import type { ChainNode } from './run'
import { Run } from './run'
import type { Tally } from './tally'

/** Control records between two turns of the event loop. */
const YIELD_EVERY = 500

export interface ControlRunnerOptions {
  readonly nodes: readonly ChainNode[]
  readonly attempts: Attempts
  readonly parking: KeyParking
  readonly layout: TopicLayout
  readonly limits: BatchLimits
  /** Keeps the writes to the stores in the transaction. */
  readonly keep: () => void
  /** Gives others their turn. Throws when the task is lost. */
  readonly turn: (offset: bigint, steps: number) => Promise<void>
}

/** Reads the dead letters that came since a replay was made, by `parkedId`. */
export type LettersOf = (
  rests: readonly Rest[],
) => Promise<ReadonlyMap<string, readonly LogRecord[]>>

/** Runs the records of a task's control topic: broadcasts, rows that were handed over, and replays of parked keys. */
export class ControlRunner {
  private readonly replays: Replays

  constructor(private readonly options: ControlRunnerOptions) {
    this.replays = new Replays(options.parking.keys, options.keep)
  }

  /** One that cannot be processed becomes a dead letter, with any cause, because it could not be removed otherwise. */
  async run(
    controls: readonly (Control | Unreadable)[],
    topic: string,
    writer: TransactionWriter,
    lettersOf: LettersOf,
  ): Promise<Tally> {
    const { parking } = this.options
    const run = new Run(topic, writer, this.options)
    this.replays.takeRests()
    for (const control of controls) {
      run.tally.records += 1
      if (control.kind === 'unreadable') {
        const { record, error } = control
        run.deadLetter('control', error, parking.letter('control', record, error))
        continue
      }
      const node = this.node(control.processor)
      if (node === undefined) run.tally.drop(control.processor, 'unknown_processor')
      else if (control.kind === 'replay') this.replay(node, control, run)
      else await this.receive(node, control, run)
      if (run.tally.records % YIELD_EVERY === 0) {
        await this.options.turn(BigInt(run.tally.records), 0)
      }
    }
    await this.replayRests(run, lettersOf)
    return run.tally
  }

  /** Keys whose replay is through while more of them waits: that is replayed too. */
  private async replayRests(run: Run, lettersOf: LettersOf): Promise<void> {
    const rests = this.replays.takeRests()
    if (rests.length === 0) return
    const letters = await lettersOf(rests)
    for (const rest of rests) {
      const node = this.node(rest.processor)
      const replays = replayOfRest(rest, letters.get(parkedId(rest.processor, rest.key)) ?? [])
      if (node === undefined || replays === undefined) continue
      for (const replay of replays) {
        run.tally.records += 1
        this.replay(node, replay, run)
      }
    }
  }

  /** A broadcast record or an absent row is not a change of its key: when it is bad, no key is parked. */
  private async receive(node: ChainNode, { record }: Broadcast, run: Run): Promise<void> {
    const { attempts, parking } = this.options
    const error = await attempts.run(node, record, run, () =>
      node.processor.receive?.(record, run.context),
    )
    if (error === undefined) return
    run.deadLetter(node.name, error, parking.park(node.name, { ...record, key: null }, error))
  }

  private replay(node: ChainNode, replay: Replay, run: Run): void {
    const { attempts, parking } = this.options
    this.replays.take(replay, {
      process: (record) =>
        attempts.runAtOnce(node, record, run, () => node.processor.process(record, run.context)),
      deadLetter: (record, error, parked) =>
        run.deadLetter(node.name, error, parking.letter(node.name, record, error, parked)),
      drop: (reason) => run.tally.drop(node.name, reason),
    })
  }

  private node(processor: string): ChainNode | undefined {
    return this.options.nodes.find(({ name }) => name === processor)
  }
}
