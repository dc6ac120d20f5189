import type { Config } from '../config/config'
import type { KafkaConfig } from '../config/kafka-config'
import { exposesPassword, speaksTls } from '../config/kafka-config'
import { KafkaLog } from '../broker/kafka/kafka-log'
import type { KafkaSecurity } from '../broker/kafka/client/kafka-security'
import { kafkaSecurity } from '../broker/kafka/client/kafka-security'
import type { Logger } from '../telemetry'

/** Reads the files named in the section. Throws FactsError CONFIG_INVALID; does not connect. */
export function kafkaAccess(kafka: KafkaConfig): KafkaSecurity {
  return kafkaSecurity({ ...kafka, tls: speaksTls(kafka) })
}

export function kafkaLog({ kafka, pipeline }: Config, logger: Logger): KafkaLog {
  if (exposesPassword(kafka)) {
    logger.warn(
      'kafka.password is sent to the brokers in plain text (SASL PLAIN without TLS): anyone on the network path can read it. Use a listener with TLS, or SCRAM.',
    )
  }
  return new KafkaLog({
    brokers: kafka.brokers,
    security: kafkaAccess(kafka),
    clientId: pipeline.applicationId,
    sessionTimeoutMs: pipeline.sessionTimeoutMs,
    ...(pipeline.instanceId === undefined ? {} : { instanceId: pipeline.instanceId }),
    logger,
  })
}
