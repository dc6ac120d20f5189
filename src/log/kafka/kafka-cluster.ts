import type { KafkaClientOptions } from './kafka-client'
import { clientConfig } from './kafka-client'
import { logLevel } from './kafkajs'
// Below the door on purpose: KafkaJS' public consumer cannot read without a group.
import Cluster from 'kafkajs/src/cluster'
import { createLogger } from 'kafkajs/src/loggers'
import defaultSocketFactory from 'kafkajs/src/network/socketFactory'

export const READ_COMMITTED = 1

/** A KafkaJS cluster for committed reading outside a group. */
export function kafkaCluster(options: KafkaClientOptions): Cluster {
  const { logLevel: level = logLevel.WARN, logCreator, ...config } = clientConfig(options)
  if (logCreator === undefined) throw new Error('the client configuration has a log creator')
  return new Cluster({
    ...config,
    logger: createLogger({ level, logCreator }),
    socketFactory: defaultSocketFactory(),
    metadataMaxAge: 300_000,
    isolationLevel: READ_COMMITTED,
    allowAutoTopicCreation: false,
  })
}
