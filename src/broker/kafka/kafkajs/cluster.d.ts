/** KafkaJS' internal cluster: the parts that reading partitions outside a group needs. */
declare module 'kafkajs/src/cluster' {
  import type { ISocketFactory, KafkaConfig, KafkaMessage, Logger } from 'kafkajs'
  import type { ProducedMessage } from './record-writer'

  class Cluster {
    constructor(
      options: Omit<KafkaConfig, 'logLevel' | 'logCreator'> & {
        readonly logger: Logger
        readonly socketFactory: ISocketFactory
        readonly metadataMaxAge: number
        readonly isolationLevel: number
        readonly allowAutoTopicCreation: boolean
      },
    )
    readonly brokerPool: {
      /** Whichever is connected, or the first that can be. */
      findConnectedBroker(): Promise<Cluster.Broker>
    }
    /** All that were ever requested. */
    readonly targetTopics: Set<string>
    connect(): Promise<void>
    disconnect(): Promise<void>
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>
    refreshMetadata(): Promise<void>
    refreshMetadataIfNecessary(): Promise<void>
    findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[]
    findLeaderForPartitions(
      topic: string,
      partitions: readonly number[],
    ): Readonly<Record<string, number[]>>
    findBroker(node: { readonly nodeId: string }): Promise<Cluster.Broker>
    findGroupCoordinator(query: Cluster.CoordinatorQuery): Promise<Cluster.Broker>
    /** At the isolation level of the cluster: committed readers get the last stable offset for "latest". */
    fetchTopicsOffset(
      topics: readonly {
        readonly topic: string
        readonly partitions: readonly { readonly partition: number }[]
        readonly fromBeginning: boolean
      }[],
    ): Promise<readonly Cluster.TopicOffsets[]>
  }

  namespace Cluster {
    interface FetchRequest {
      /** -1: a consumer, not a follower. */
      readonly replicaId: number
      /** Milliseconds. */
      readonly maxWaitTime: number
      readonly minBytes: number
      readonly maxBytes: number
      readonly isolationLevel: number
      readonly topics: readonly {
        readonly topic: string
        readonly partitions: readonly {
          readonly partition: number
          readonly fetchOffset: string
          readonly maxBytes: number
        }[]
      }[]
    }

    interface FetchResponse {
      readonly responses: readonly {
        readonly topicName: string
        readonly partitions: readonly FetchedPartition[]
      }[]
    }

    interface FetchedPartition {
      readonly partition: number
      readonly highWatermark: string
      readonly abortedTransactions: readonly {
        readonly producerId: string
        readonly firstOffset: string
      }[]
      readonly messages: readonly KafkaMessage[]
    }

    interface CoordinatorQuery {
      /** The group, or the transactional id. */
      readonly groupId: string
      readonly coordinatorType: number
    }

    interface ProducerIdentity {
      readonly producerId: string
      readonly producerEpoch: number
    }

    interface TransactionRequest extends ProducerIdentity {
      readonly transactionalId: string
    }

    interface ProduceRequest extends TransactionRequest {
      readonly acks: number
      /** Milliseconds. */
      readonly timeout: number
      readonly topicData: readonly {
        readonly topic: string
        readonly partitions: readonly {
          readonly partition: number
          readonly firstSequence: number
          readonly messages: readonly ProducedMessage[]
        }[]
      }[]
    }

    interface ProduceResponse {
      readonly topics: readonly {
        readonly topicName: string
        readonly partitions: readonly {
          readonly partition: number
          /** -1 for a duplicate batch. */
          readonly baseOffset: string
        }[]
      }[]
    }

    interface OffsetsRequest extends TransactionRequest {
      readonly groupId: string
      readonly topics: readonly {
        readonly topic: string
        readonly partitions: readonly {
          readonly partition: number
          readonly offset: string
          readonly metadata: string
        }[]
      }[]
    }

    interface TopicsMetadata {
      readonly topicMetadata: readonly {
        readonly topic: string
        readonly partitionMetadata: readonly unknown[]
      }[]
    }

    /** Every method throws the error code of the response. */
    interface Broker {
      isConnected(): boolean
      /** Sends a ProtocolRequest: ours, see kafkajs/replacements/broker.ts. */
      ask<T>(request: { readonly response: { readonly parse: (decoded: never) => T } }): Promise<T>
      /** Highest supported version of a request, by api key; -1 for none. */
      newestVersion(apiKey: number): number
      metadata(topics: readonly string[]): Promise<TopicsMetadata>
      fetch(request: FetchRequest): Promise<FetchResponse>
      produce(request: ProduceRequest): Promise<ProduceResponse>
      initProducerId(request: {
        readonly transactionalId: string
        /** Milliseconds. */
        readonly transactionTimeout: number
      }): Promise<ProducerIdentity>
      addPartitionsToTxn(
        request: TransactionRequest & {
          readonly topics: readonly {
            readonly topic: string
            readonly partitions: readonly number[]
          }[]
        },
      ): Promise<unknown>
      addOffsetsToTxn(request: TransactionRequest & { readonly groupId: string }): Promise<unknown>
      txnOffsetCommit(request: OffsetsRequest): Promise<unknown>
      endTxn(
        request: TransactionRequest & { readonly transactionResult: boolean },
      ): Promise<unknown>
    }

    interface TopicOffsets {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
    }
  }

  export = Cluster
}

declare module 'kafkajs/src/loggers' {
  import type { Logger, logCreator, logLevel } from 'kafkajs'
  export function createLogger(options: {
    readonly level: logLevel
    readonly logCreator: logCreator
  }): Logger
}

declare module 'kafkajs/src/network/socketFactory' {
  import type { ISocketFactory } from 'kafkajs'
  function defaultSocketFactory(): ISocketFactory
  export = defaultSocketFactory
}
