import { parkedStore, storesOf } from '../../topology/internal-topics'
import { Broadcaster } from '../dead-letters/broadcaster'
import { CircuitBreaker } from '../dead-letters/circuit-breaker'
import { KeyParking } from '../dead-letters/key-parking'
import { ParkedKeys } from '../dead-letters/parked-keys'
import { TaskStores } from '../state/task-stores'
import { Attempts } from './attempts'
import { ControlRunner } from './control-runner'
import { ProcessorChain } from './processor-chain'
import type { TaskOptions } from './task-options'
import { TaskPositions } from './task-positions'

/** Dependencies of a task. */
export interface TaskParts {
  readonly positions: TaskPositions
  readonly stores: TaskStores
  readonly chain: ProcessorChain
  readonly controls: ControlRunner
}

/**
 * `onTurn` is called after each turn that others had, with the offset of the record at hand and how many of its steps are done;
 * it throws when the task was lost in that time.
 */
export function taskParts(
  options: TaskOptions,
  task: string,
  onTurn: (offset: bigint, steps: number) => void,
): TaskParts {
  const { applicationId, source, partition, topology, layout, tables, metrics } = options
  const { log, logger, state, limits, badRecordsToStop } = options
  const stores = new TaskStores({
    applicationId,
    partition,
    taskId: task,
    backend: state,
    log,
    logger,
    metrics,
    limits,
    names: storesOf(topology, source),
    small: new Set([parkedStore(source)]),
  })
  const keep = (): void => stores.keep()
  const turn = async (offset: bigint, steps = 0): Promise<void> => {
    await new Promise(setImmediate)
    onTurn(offset, steps)
  }
  const inputEnds = async (): Promise<ReadonlyMap<number, bigint>> => {
    const offsets = await log.admin.offsets(source.topic)
    return new Map([...offsets].map(([number, { high }]) => [number, high]))
  }
  const parked = stores.view(parkedStore(source))
  const keys = new ParkedKeys(parked)
  const common = { source, task, topology, layout, limits }
  const parking = new KeyParking({ ...common, applicationId, keys, keep })
  const attempts = new Attempts({ stores, turn })
  const chain = new ProcessorChain({
    ...common,
    tables,
    stores,
    metrics,
    attempts,
    parking,
    turn,
    breaker: new CircuitBreaker({
      most: badRecordsToStop ?? 0,
      store: parked,
      topic: source.topic,
    }),
    broadcaster: new Broadcaster({ applicationId, source, limits, inputEnds }),
  })
  const { nodes } = chain
  const controls = new ControlRunner({ nodes, attempts, parking, layout, limits, keep, turn })
  const positions = new TaskPositions({ applicationId, partition, log, logger, task })
  return { positions, stores, chain, controls }
}
