import type {
  Cluster,
  Coordinator,
  CoordinatorQuery,
  EosManager,
  EosManagerOptions,
} from 'kafkajs/src/producer/eosManager'
import createOriginal from 'kafkajs/src/producer/eosManager'

/**
 * What a coordinator answers when it has done nothing and can be asked again, as in Kafka's TransactionManager.java:
 * the previous transaction's markers are still being written, or the coordinator is loading or has moved. A lost
 * connection is not among them: the outcome of that request is unknown.
 */
const REFUSED_FOR_NOW: ReadonlySet<string> = new Set([
  'CONCURRENT_TRANSACTIONS',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
])

const SEQUENCES = 2 ** 31

/**
 * Stands for producer/eosManager/index.js and wraps it:
 *
 * - the steps of a transaction are asked again when the coordinator refuses them for now, with the client's `retry`.
 *   KafkaJS does not retry AddOffsetsToTxn and EndTxn at all (tulios/kafkajs#1068, #430), looks for error names that it
 *   does not have when it retries TxnOffsetCommit, retries AddPartitionsToTxn by sending the whole request again, and
 *   waits its default 300 ms in InitProducerId whatever `retry` says: it reads `cluster.retry`, which does not exist.
 * - sequence numbers wrap as in Kafka's DefaultRecordBatch.java: 2147483647 is followed by 0. KafkaJS starts at 0
 *   early, which the broker refuses as out of order.
 */
function createEosManager(options: EosManagerOptions): EosManager {
  const manager = createOriginal({ ...options, cluster: patient(options.cluster) })
  const sequences = new Map<string, number>()
  const sequenceOf = (topic: string, partition: number): number =>
    sequences.get(`${topic}/${partition}`) ?? 0
  return {
    ...manager,
    initProducerId: async () => {
      await manager.initProducerId()
      sequences.clear()
    },
    getSequence: (topic, partition) => sequenceOf(topic, partition),
    updateSequence: (topic, partition, increment) => {
      if (!manager.isInitialized()) return
      const next = (sequenceOf(topic, partition) + increment) % SEQUENCES
      sequences.set(`${topic}/${partition}`, next < 0 ? next + SEQUENCES : next)
    },
  }
}

/** The cluster as the original uses it, with coordinators that are asked until they answer. */
function patient(cluster: Cluster): Cluster {
  return {
    retrier: cluster.retrier,
    refreshMetadataIfNecessary: () => cluster.refreshMetadataIfNecessary(),
    findControllerBroker: () => cluster.findControllerBroker(),
    findGroupCoordinator: (query) => findPatient(cluster, query),
  }
}

async function findPatient(cluster: Cluster, query: CoordinatorQuery): Promise<Coordinator> {
  let coordinator = await cluster.findGroupCoordinator(query)
  const ask = async (step: (coordinator: Coordinator) => Promise<unknown>): Promise<unknown> => {
    let refusal: unknown
    try {
      return await cluster.retrier(async (bail, retryCount) => {
        if (retryCount > 0) coordinator = await cluster.findGroupCoordinator(query)
        try {
          return await step(coordinator)
        } catch (error) {
          refusal = error
          if (isRefusedForNow(error)) throw error
          bail(error)
          return undefined
        }
      })
    } catch (error) {
      // The broker's last word rather than "number of retries exceeded": it says what to do.
      throw refusal ?? error
    }
  }
  return {
    initProducerId: (request) => ask((it) => it.initProducerId(request)),
    addPartitionsToTxn: (request) => ask((it) => it.addPartitionsToTxn(request)),
    addOffsetsToTxn: (request) => ask((it) => it.addOffsetsToTxn(request)),
    txnOffsetCommit: (request) => ask((it) => it.txnOffsetCommit(request)),
    endTxn: (request) => ask((it) => it.endTxn(request)),
  }
}

function isRefusedForNow(error: unknown): boolean {
  return (
    error instanceof Error &&
    'type' in error &&
    typeof error.type === 'string' &&
    REFUSED_FOR_NOW.has(error.type)
  )
}

export = createEosManager
