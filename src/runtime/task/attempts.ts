import { FactsError, toFactsError } from '../../errors'
import type { InputRecord } from '../commit/left-out'
import { refuseLeftOut } from '../commit/left-out'
import type { TaskStores } from '../state/task-stores'
import type { Run, ChainNode } from './run'

/** Why a record could not be processed, undefined when it could; a promise when it is processed in steps. */
export type Attempt = FactsError | undefined | Promise<FactsError | undefined>

export interface AttemptsOptions {
  readonly stores: Pick<TaskStores, 'keep' | 'undo'>
  /** Yields to other work; receives the current record's offset and its number of completed steps. Throws when the task is lost. */
  readonly turn: (offset: bigint, steps: number) => Promise<void>
}

/** Runs processors on records: the effects of a record are atomic. */
export class Attempts {
  /** Records that failed in a step after outputs of earlier steps were sent: rejected before their first step on the next attempt. */
  private readonly refused = new Map<string, FactsError>()

  constructor(private readonly options: AttemptsOptions) {}

  /**
   * Does the work and takes its outputs. If the record cannot be processed its effects are undone; errors of the record, and
   * errors that require an operator, are returned, outages are thrown.
   */
  run(node: ChainNode, record: InputRecord, run: Run, work: () => void): Attempt {
    const { context } = run
    context.start(node.name)
    try {
      refuseLeftOut(record)
      work()
      if (context.steps !== undefined) return this.inSteps(node, record, run, context.steps)
      context.finish()
      this.options.stores.keep()
    } catch (error) {
      return this.undo(error, record)
    }
    this.handOver(run)
    this.countExtras(node, run)
    return undefined
  }

  /** The same without steps: for a record that concerns its own key only. */
  runAtOnce(
    node: ChainNode,
    record: InputRecord,
    run: Run,
    work: () => void,
  ): FactsError | undefined {
    const done = this.run(node, record, run, () => {
      work()
      run.context.exhaust()
    })
    if (done instanceof Promise) throw new Error('unexpected steps')
    return done
  }

  private async inSteps(
    node: ChainNode,
    record: InputRecord,
    run: Run,
    steps: Iterator<unknown>,
  ): Promise<FactsError | undefined> {
    const { topic, partition, offset } = record
    const id = `${node.name} ${topic}/${partition}/${offset}`
    const refused = this.refused.get(id)
    if (refused !== undefined) return this.undo(refused, record)
    let isHandedOver = false
    for (let done = 1; ; done += 1) {
      try {
        if (steps.next().done === true) {
          run.context.finish()
          break
        }
      } catch (error) {
        const known = this.undo(error, record)
        if (!isHandedOver) return known
        this.refused.set(id, known)
        const why = `A step of a record failed after others: ${known.message}`
        throw new FactsError('TRANSACTION_ABORTED', why, { ...known.coordinates, cause: known })
      }
      isHandedOver = this.handOver(run) || isHandedOver
      await run.writer.room()
      await this.options.turn(offset, done)
    }
    this.options.stores.keep()
    this.handOver(run)
    this.countExtras(node, run)
    return undefined
  }

  private undo(error: unknown, { topic, partition, offset }: InputRecord): FactsError {
    const known = toFactsError(error)
    if (known.remedy !== 'skip' && known.remedy !== 'halt')
      throw known.at({ topic, partition, offset })
    this.options.stores.undo()
    return known
  }

  private handOver({ context, tally, writer }: Run): boolean {
    const outputs = context.take()
    for (const output of outputs) {
      tally.output(output.topic)
      writer.add(output)
    }
    return outputs.length > 0
  }

  private countExtras({ name }: ChainNode, { context, tally }: Run): void {
    if (context.forwarded > 1) tally.extra(name, context.forwarded - 1)
  }
}
