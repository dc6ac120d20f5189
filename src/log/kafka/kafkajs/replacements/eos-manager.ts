import type {
  Cluster,
  Coordinator,
  CoordinatorBroker,
  CoordinatorQuery,
  EosManager,
  EosManagerOptions,
} from 'kafkajs/src/producer/eosManager'
import createOriginal from 'kafkajs/src/producer/eosManager'
import createRetry from 'kafkajs/src/retry'

/** The markers of the producer's last transaction are still being written. */
const MARKERS_PENDING = 'CONCURRENT_TRANSACTIONS'

/**
 * What a coordinator answers when it has done nothing and can be asked again, as in Kafka's TransactionManager.java. A
 * lost connection is not among them: the outcome of that request is unknown.
 */
const REFUSED_FOR_NOW: ReadonlySet<unknown> = new Set([
  MARKERS_PENDING,
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
])

/** Milliseconds. The first waits are short because markers take a few; all together it is about ten seconds. */
const retry = createRetry({
  initialRetryTime: 5,
  maxRetryTime: 500,
  multiplier: 2,
  factor: 0.2,
  retries: 24,
})

const SEQUENCES = 2 ** 31

/**
 * Stands for producer/eosManager/index.js and wraps it:
 *
 * - The steps of a transaction are asked again when the coordinator refuses them for now. KafkaJS does not retry
 *   AddOffsetsToTxn and EndTxn at all (tulios/kafkajs#1068, #430), looks for error names that it does not have when it
 *   retries TxnOffsetCommit, answers a refused AddPartitionsToTxn with a metadata refresh and a new request (#304), and
 *   waits its default of 300 ms in InitProducerId, whatever `retry` says: it reads `cluster.retry`, which is not there.
 * - Coordinators are remembered until one refuses or loses its connection; KafkaJS asks for one before each step.
 * - Sequence numbers wrap as in Kafka's DefaultRecordBatch.java: 2147483647 is followed by 0. KafkaJS wraps one number
 *   early and forgets the rest of the increment, which the broker refuses as out of order.
 */
function createEosManager(options: EosManagerOptions<CoordinatorBroker>): EosManager {
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

/** The cluster as the original uses it, with coordinators that are remembered and asked until they answer. */
function patient(cluster: Cluster<CoordinatorBroker>): Cluster {
  const coordinators = new Map<string, PatientCoordinator>()
  return {
    refreshMetadataIfNecessary: () => cluster.refreshMetadataIfNecessary(),
    findControllerBroker: () => cluster.findControllerBroker(),
    findGroupCoordinator: async (query) => {
      const name = `${query.coordinatorType}/${query.groupId}`
      const known = coordinators.get(name) ?? new PatientCoordinator(cluster, query)
      coordinators.set(name, known)
      await known.find()
      return known
    },
  }
}

class PatientCoordinator implements Coordinator {
  private broker: CoordinatorBroker | undefined

  constructor(
    private readonly cluster: Cluster<CoordinatorBroker>,
    private readonly query: CoordinatorQuery,
  ) {}

  async find(): Promise<CoordinatorBroker> {
    if (this.broker?.isConnected() !== true) {
      this.broker = await this.cluster.findGroupCoordinator(this.query)
    }
    return this.broker
  }

  initProducerId(request: object): Promise<unknown> {
    return this.ask((broker) => broker.initProducerId(request))
  }

  addPartitionsToTxn(request: object): Promise<unknown> {
    return this.ask((broker) => broker.addPartitionsToTxn(request))
  }

  addOffsetsToTxn(request: object): Promise<unknown> {
    return this.ask((broker) => broker.addOffsetsToTxn(request))
  }

  txnOffsetCommit(request: object): Promise<unknown> {
    return this.ask((broker) => broker.txnOffsetCommit(request))
  }

  endTxn(request: object): Promise<unknown> {
    return this.ask((broker) => broker.endTxn(request))
  }

  private ask(step: (broker: CoordinatorBroker) => Promise<unknown>): Promise<unknown> {
    return retry(async (bail) => {
      try {
        return await step(await this.find())
      } catch (error) {
        const type = typeOf(error)
        if (type !== MARKERS_PENDING) this.broker = undefined
        if (REFUSED_FOR_NOW.has(type)) throw error
        bail(error)
        return undefined
      }
    })
  }
}

function typeOf(error: unknown): unknown {
  return error instanceof Error && 'type' in error ? error.type : undefined
}

export = createEosManager
