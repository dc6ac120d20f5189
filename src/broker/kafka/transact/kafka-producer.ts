import type { Cluster } from '../kafkajs'
import type { ProducerTransaction, TransactionalProducer } from '../../ports'
import { Coordinator, GROUP, TRANSACTION } from '../client/coordinator'
import { FirstVersionSteps } from './first-version-steps'
import type { KafkaClientOptions } from '../client/kafka-client'
import type { KafkaCluster } from '../client/kafka-cluster'
import { kafkaCluster } from '../client/kafka-cluster'
import { translateKafkaError } from '../client/kafka-errors'
import { KafkaTransaction } from './kafka-transaction'
import { MarkerPause } from './marker-pause'
import { Sequences } from './partition-batches'
import { SecondVersionSteps } from './second-version-steps'
import type { Identity, TransactionOwner } from './transaction-steps'
import { SECOND_VERSION, transactionVersion } from './transaction-version'

/** Transaction timeout: the longest that a dead pipeline blocks read_committed consumers. */
const TRANSACTION_TIMEOUT_MS = 30_000

/**
 * Connects and initialises the transactional id, which fences its previous owner and aborts its open transaction.
 *
 * Replaces KafkaJS' producer, using its cluster and its requests. KafkaJS' producer retries a send itself, which over several
 * leaders may append twice or lose a partition's records; sends one request for each of them; retries neither
 * AddOffsetsToTxn nor EndTxn after a temporary error (tulios/kafkajs#1068, #430); and looks up the coordinator before each
 * step. Here records are resent only when a leader reports that it has not appended them, and a coordinator's temporary errors
 * are retried; any other failure ends the transaction, which is then redone.
 */
export async function openKafkaProducer(
  options: KafkaClientOptions,
  transactionalId: string,
  transactionTimeout = TRANSACTION_TIMEOUT_MS,
): Promise<KafkaProducer> {
  const cluster = kafkaCluster(options)
  const query = { groupId: transactionalId, coordinatorType: TRANSACTION }
  const coordinator = new Coordinator(cluster, query)
  try {
    await cluster.connect()
    const request = { transactionalId, transactionTimeout }
    const version = await coordinator.ask(transactionVersion)
    const { producerId, producerEpoch } = await coordinator.ask((broker) =>
      broker.initProducerId(request),
    )
    const identity = { transactionalId, producerId, producerEpoch }
    return new KafkaProducer(cluster, coordinator, identity, version)
  } catch (error) {
    await cluster.disconnect().catch(() => undefined)
    throw translateKafkaError(error, 'BROKER_UNAVAILABLE', { task: transactionalId })
  }
}

export class KafkaProducer implements TransactionalProducer, TransactionOwner {
  private readonly pause = new MarkerPause()
  private sequences = new Sequences()
  private readonly groups = new Map<string, Coordinator>()

  constructor(
    readonly cluster: KafkaCluster,
    readonly coordinator: Coordinator,
    public identity: Identity,
    private readonly version: number,
  ) {}

  begin(): Promise<ProducerTransaction> {
    const steps =
      this.version >= SECOND_VERSION ? new SecondVersionSteps(this) : new FirstVersionSteps(this)
    const { cluster, sequences, pause } = this
    return Promise.resolve(new KafkaTransaction(cluster, steps, sequences, pause))
  }

  settled(): Promise<void> {
    return this.pause.over()
  }

  async close(): Promise<void> {
    await this.cluster.disconnect().catch(() => undefined)
  }

  group(groupId: string): Coordinator {
    const known =
      this.groups.get(groupId) ?? new Coordinator(this.cluster, { groupId, coordinatorType: GROUP })
    this.groups.set(groupId, known)
    return known
  }

  renew(identity: Cluster.ProducerIdentity): void {
    this.identity = { ...this.identity, ...identity }
    this.sequences = new Sequences()
  }
}
