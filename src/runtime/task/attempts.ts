import { FactsError, toFactsError } from '../../errors'
import type { InputRecord } from '../commit/left-out'
import { refuseLeftOut } from '../commit/left-out'
import type { TaskStores } from '../state/task-stores'
import type { Run, Step } from './run'

/** Why a record could not be processed, undefined when it could; a promise when it is processed in steps. */
export type Attempt = FactsError | undefined | Promise<FactsError | undefined>

export interface AttemptsOptions {
  readonly stores: Pick<TaskStores, 'keep' | 'undo'>
  /** Gives others their turn; takes the record at hand and how many of its steps are done. Throws when the task is lost. */
  readonly turn: (offset: bigint, steps: number) => Promise<void>
}

/** Runs processors on records: what one makes of a record counts whole or not at all. */
export class Attempts {
  /** Failed in a step after outputs of steps before it were on their way: refused before their first step when they come again. */
  private readonly refused = new Map<string, FactsError>()

  constructor(private readonly options: AttemptsOptions) {}

  /**
   * Does the work and takes its outputs. What a record did that cannot be processed is undone, and the error is given when it
   * is the record's own fault or a person has to act; an outage is thrown.
   */
  run(step: Step, record: InputRecord, run: Run, work: () => void): Attempt {
    const { context } = run
    context.start(step.name)
    try {
      refuseLeftOut(record)
      work()
      if (context.steps !== undefined) return this.inSteps(step, record, run, context.steps)
      context.finish()
      this.options.stores.keep()
    } catch (error) {
      return this.undo(error, record)
    }
    this.handOver(run)
    this.countExtras(step, run)
    return undefined
  }

  /** The same in one go, whatever the processor wants: for a record that concerns its own key only. */
  runAtOnce(step: Step, record: InputRecord, run: Run, work: () => void): FactsError | undefined {
    const done = this.run(step, record, run, () => {
      work()
      run.context.exhaust()
    })
    if (done instanceof Promise) throw new Error('there were no steps left')
    return done
  }

  private async inSteps(
    step: Step,
    record: InputRecord,
    run: Run,
    steps: Iterator<unknown>,
  ): Promise<FactsError | undefined> {
    const { topic, partition, offset } = record
    const id = `${step.name} ${topic}/${partition}/${offset}`
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
    this.countExtras(step, run)
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

  private countExtras({ name }: Step, { context, tally }: Run): void {
    if (context.forwarded > 1) tally.extra(name, context.forwarded - 1)
  }
}
