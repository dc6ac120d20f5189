import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { kafkaClient } from '../../src/broker/kafka/client/kafka-client'
import { createLogger } from '../../src/telemetry'
import { kafkaTools } from './kafka-tools'
import type { RunningLine } from './running-line'
import { waitFor } from './wait-for'

/** What an operator, or another producer, does to topics; not by the product's own means. */
function client(line: RunningLine): ReturnType<typeof kafkaClient> {
  const { kafka, log } = line.config
  return kafkaClient({ brokers: kafka.brokers, clientId: 'operator', logger: createLogger(log) })
}

/** Sets a setting of a topic, `name=value`, and leaves the others as they are. */
export async function setTopic(line: RunningLine, topic: string, setting: string): Promise<void> {
  const { java, classPath } = await kafkaTools()
  await promisify(execFile)(java, [
    '-cp',
    classPath,
    'kafka.admin.ConfigCommand',
    '--bootstrap-server',
    line.config.kafka.brokers.join(','),
    '--alter',
    '--entity-type',
    'topics',
    '--entity-name',
    topic,
    '--add-config',
    setting,
  ])
}

/** Gives the topic one partition more; resolves with its number. */
export async function addPartition(line: RunningLine, topic: string): Promise<number> {
  const before = (await line.log.admin.partitionCounts([topic])).get(topic) ?? 0
  const admin = client(line).admin()
  try {
    await admin.connect()
    await admin.createPartitions({ topicPartitions: [{ topic, count: before + 1 }] })
  } finally {
    await admin.disconnect()
  }
  await waitFor('its leader', async () => (await partitionsLed(line, topic)) > before, 60_000)
  return before
}

/** By a client that remembers nothing. */
async function partitionsLed(line: RunningLine, topic: string): Promise<number> {
  const admin = client(line).admin()
  try {
    await admin.connect()
    return (await admin.fetchTopicOffsets(topic)).length
  } catch {
    return 0
  } finally {
    await admin.disconnect()
  }
}

interface JsonRecord {
  readonly topic: string
  readonly partition: number
  readonly key: Buffer | null
  readonly value: object
}

/** Writes a record to a partition, with its value as JSON. */
export async function sendTo(
  line: RunningLine,
  { topic, partition, key, value }: JsonRecord,
): Promise<void> {
  const producer = client(line).producer()
  try {
    await producer.connect()
    const message = { key, value: JSON.stringify(value), partition }
    await producer.send({ topic, messages: [message] })
  } finally {
    await producer.disconnect()
  }
}
