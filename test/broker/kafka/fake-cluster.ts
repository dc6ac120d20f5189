import type Cluster from 'kafkajs/src/cluster'
import type { KafkaCluster } from '../../../src/broker/kafka/client/kafka-cluster'
import type { ProducedPartition } from '../../../src/broker/kafka/requests/produce-v12'
import type { ProtocolRequest } from '../../../src/broker/kafka/kafkajs/protocol-request'
import type { ProduceFields } from './request-fields'
import { readFields } from './request-fields'

/** Of the first version of transactions by KafkaJS' name, of the second by the protocol's. */
export type Step =
  | keyof Omit<Cluster.Broker, 'isConnected' | 'fetch' | 'metadata' | 'ask' | 'newestVersion'>
  | 'Produce'
  | 'TxnOffsetCommit'
  | 'EndTxn'

type Ends = Parameters<Cluster['fetchTopicsOffset']>[0]

export class ProtocolError extends Error {
  override readonly name = 'KafkaJSProtocolError'
  readonly retriable = true
  constructor(readonly type: string) {
    super(type)
  }
}

interface Request {
  readonly step: Step
  readonly nodeId: string
  readonly fields: unknown
}

/** A cluster whose brokers answer each step with the errors they were given, then with success. */
export class FakeCluster {
  readonly requests: Request[] = []
  readonly found: Cluster.CoordinatorQuery[] = []
  isConnected = true
  /** Broker id by partition; all else is led by 1, which is the coordinator too. */
  leaders = new Map<number, string | undefined>()
  /** What questions for offsets are answered with, before they succeed. */
  endsErrors: Error[] = []
  /** What a look at the cluster changes. */
  onRefresh: () => void = () => undefined
  /** By topic/partition: codes that produce requests of the second version are answered with first. */
  readonly codes = new Map<string, number[]>()
  private readonly errors = new Map<Step, Error[]>()
  private readonly ends = new Map<string, number>()

  failing(step: Step, ...errors: readonly Error[]): this {
    this.errors.set(step, [...errors])
    return this
  }

  asked(step: Step): readonly Request[] {
    return this.requests.filter((request) => request.step === step)
  }

  /** As the code under test takes it: only what it calls is there. */
  get cluster(): KafkaCluster {
    const done = (): Promise<void> => Promise.resolve()
    const cluster: unknown = {
      isClosed: false,
      connect: done,
      disconnect: done,
      know: done,
      refreshMetadata: () => {
        this.onRefresh()
        return Promise.resolve()
      },
      findTopicPartitionMetadata: () => [{ partitionId: 0 }, { partitionId: 1 }],
      fetchTopicsOffset: (topics: Ends) => {
        const error = this.endsErrors.shift()
        if (error !== undefined) return Promise.reject(error)
        return Promise.resolve(
          topics.map(({ topic, partitions }) => ({
            topic,
            partitions: partitions
              .filter(({ partition }) => this.leaderOf(partition) !== undefined)
              .map(({ partition }) => ({ partition, offset: '5' })),
          })),
        )
      },
      findBroker: ({ nodeId }: { readonly nodeId: string }) => Promise.resolve(this.broker(nodeId)),
      findGroupCoordinator: (query: Cluster.CoordinatorQuery) => {
        this.found.push(query)
        return Promise.resolve(this.broker('1'))
      },
      findLeaderForPartitions: (_topic: string, partitions: readonly number[]) => {
        const led: Record<string, number[]> = {}
        for (const partition of partitions) {
          const leader = this.leaderOf(partition)
          if (leader !== undefined) (led[leader] ??= []).push(partition)
        }
        return led
      },
    }
    return cluster as KafkaCluster
  }

  private leaderOf(partition: number): string | undefined {
    return this.leaders.has(partition) ? this.leaders.get(partition) : '1'
  }

  private broker(nodeId: string): Cluster.Broker {
    const answer =
      <T>(step: Step, make: (fields: never) => unknown) =>
      (fields: unknown): Promise<T> => {
        this.requests.push({ step, nodeId, fields })
        const error = this.errors.get(step)?.shift()
        if (error !== undefined) return Promise.reject(error)
        return Promise.resolve(make(fields as never) as T)
      }
    const nothing = (): unknown => ({})
    const own: Readonly<Record<string, (fields: never) => unknown>> = {
      Produce: (request: ProduceFields) => this.appendOrRefuse(request),
      TxnOffsetCommit: () => undefined,
      EndTxn: ({ producerEpoch }: { readonly producerEpoch: number }) => ({
        producerId: '7',
        producerEpoch: producerEpoch + 1,
      }),
    }
    const ask = async ({ request }: ProtocolRequest<unknown>): Promise<unknown> => {
      const fields = readFields(request.apiName, (await request.encode()).buffer)
      return answer(request.apiName as Step, own[request.apiName] ?? nothing)(fields)
    }
    return {
      newestVersion: () => -1,
      ask: ask as Cluster.Broker['ask'],
      isConnected: () => this.isConnected,
      metadata: () => Promise.reject(new Error('not under test')),
      fetch: () => Promise.reject(new Error('not under test')),
      initProducerId: answer('initProducerId', () => ({ producerId: '7', producerEpoch: 0 })),
      addPartitionsToTxn: answer('addPartitionsToTxn', nothing),
      addOffsetsToTxn: answer('addOffsetsToTxn', nothing),
      txnOffsetCommit: answer('txnOffsetCommit', nothing),
      endTxn: answer('endTxn', nothing),
      produce: answer('produce', (request: Cluster.ProduceRequest) => this.append(request)),
    }
  }

  /** Partitions that have a code waiting are refused with it, once. */
  private appendOrRefuse({ batches }: ProduceFields): readonly ProducedPartition[] {
    return batches.map(({ topic, partition, count }) => {
      const key = `${topic}/${partition}`
      const code = this.codes.get(key)?.shift() ?? 0
      if (code !== 0) return { topic, partition, code, baseOffset: -1n }
      const first = this.ends.get(key) ?? 0
      this.ends.set(key, first + count)
      return { topic, partition, code, baseOffset: BigInt(first) }
    })
  }

  private append({ topicData }: Cluster.ProduceRequest): Cluster.ProduceResponse {
    const topics = topicData.map(({ topic, partitions }) => ({
      topicName: topic,
      partitions: partitions.map(({ partition, messages }) => {
        const key = `${topic}/${partition}`
        const first = this.ends.get(key) ?? 0
        this.ends.set(key, first + messages.length)
        return { partition, baseOffset: String(first) }
      }),
    }))
    return { topics }
  }
}
