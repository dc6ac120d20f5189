import { parkedStore, storesOf } from '../../topology/internal-topics'
import { ProcessorChain } from './processor-chain'
import type { ProcessorChainOptions } from './processor-chain-options'
import { TaskStores } from '../state/task-stores'
import type { TaskOptions } from './task-options'
import { TaskPositions } from './task-positions'

/** What a task works with. */
export interface TaskParts {
  readonly positions: TaskPositions
  readonly stores: TaskStores
  readonly chain: ProcessorChain
}

export function taskParts(
  options: TaskOptions,
  task: string,
  onTurn: ProcessorChainOptions['onTurn'],
): TaskParts {
  const { applicationId, source, partition, topology, layout, tables, metrics } = options
  const { log, logger, state, limits, badRecordsToStop } = options
  const stores = new TaskStores({
    ...{ applicationId, partition, taskId: task, backend: state, log, logger, metrics },
    limits,
    names: storesOf(topology, source),
    small: new Set([parkedStore(source)]),
  })
  const chain = new ProcessorChain({
    ...{ applicationId, source, task, topology, layout, limits, tables, metrics, stores },
    ...{ badRecordsToStop, onTurn },
    inputEnds: async () => {
      const offsets = await log.admin.offsets(source.topic)
      return new Map([...offsets].map(([number, { high }]) => [number, high]))
    },
  })
  const positions = new TaskPositions({ applicationId, partition, log, logger, task })
  return { positions, stores, chain }
}
