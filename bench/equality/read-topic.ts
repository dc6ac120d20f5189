import type { KafkaClientOptions } from '../../src/log/kafka/kafka-client'
import { KafkaReader } from '../../src/log/kafka/kafka-reader'
import type { LogRecord } from '../../src/topology/record'

/** Hands over every committed record that stands on the topic. */
export async function readTopic(
  client: KafkaClientOptions,
  topic: string,
  onRecord: (record: LogRecord) => void,
): Promise<void> {
  const reader = new KafkaReader(client, [topic])
  await reader.start((records) => records.forEach(onRecord))
  await reader.catchUp()
  await reader.stop()
}
