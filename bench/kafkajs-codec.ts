import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import type * as KafkaJs from 'kafkajs'
import type { EachBatchPayload, Kafka, Message } from 'kafkajs'
import { Field, Type } from 'protobufjs'

/*
 * What the replacements of KafkaJS internals (src/broker/kafka/kafkajs) gain against a real broker:
 *
 *     node -r tsx/cjs bench/kafkajs-codec.ts replaced localhost:9092 [records]
 *     node -r tsx/cjs bench/kafkajs-codec.ts original localhost:9092 [records]
 *
 * prints records per second and microseconds of CPU per record for producing, consuming and the whole loop (consume,
 * parse, encode, produce, commit offsets, in transactions; one producer per input partition). One process measures one
 * variant, for both cannot be loaded together. Alternate them: rates depend on what else the machine does.
 */
const CHUNK = 1_000
const PARTITIONS = 2
const RETRY = { initialRetryTime: 5, maxRetryTime: 500, retries: 12 }
const [, , variant = 'replaced', broker = 'localhost:9092', count = '200000'] = process.argv
const RECORDS = Number(count)

const fact = new Type('Fact')
  .add(new Field('id', 1, 'int64'))
  .add(new Field('title', 2, 'string'))
  .add(new Field('amount', 3, 'string'))
  .add(new Field('notes', 4, 'string'))

interface Row {
  readonly id: number
  readonly title: string
  readonly amount: string
  readonly notes: string
}

function loadKafkaJs(): typeof KafkaJs {
  const load = createRequire(__filename)
  return load(variant === 'original' ? 'kafkajs' : '../src/broker/kafka/kafkajs') as typeof KafkaJs
}

async function main(): Promise<void> {
  const { Kafka, logLevel } = loadKafkaJs()
  const kafka = new Kafka({ brokers: [broker], retry: RETRY, logLevel: logLevel.ERROR })
  const input = `bench-in-${randomUUID()}`
  const output = `bench-out-${randomUUID()}`
  const admin = kafka.admin()
  await admin.connect()
  const topics = [input, output].map((topic) => ({ topic, numPartitions: PARTITIONS }))
  await admin.createTopics({ topics })
  try {
    await produce(kafka, input, changes)
    report('produce', await timed(() => produce(kafka, output, facts)))
    report('consume', await consume(kafka, input))
    report('loop', await loop(kafka, input, output))
  } finally {
    await admin.deleteTopics({ topics: [input, output] })
    await admin.disconnect()
  }
}

/** About 700 bytes of JSON, as Debezium writes a change. */
function changes(index: number): Message {
  const row: Row = { id: index, title: `title ${index}`, amount: '12.3400', notes: 'n'.repeat(80) }
  const source = {
    connector: 'postgresql',
    lsn: index,
    table: 'wildapp_primary',
    pad: 'x'.repeat(330),
  }
  const value = JSON.stringify({
    before: null,
    after: row,
    source,
    op: 'c',
    ts_ms: 1_700_000_000_000,
  })
  return { key: `{"id":${index}}`, value, partition: index % PARTITIONS }
}

function facts(index: number): Message {
  return {
    key: Buffer.from(String(index)),
    value: Buffer.alloc(150, index),
    partition: index % PARTITIONS,
  }
}

async function produce(
  kafka: Kafka,
  topic: string,
  make: (index: number) => Message,
): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  for (let from = 0; from < RECORDS; from += CHUNK) {
    const messages = Array.from({ length: Math.min(CHUNK, RECORDS - from) }, (_, at) =>
      make(from + at),
    )
    await producer.send({ topic, messages })
  }
  await producer.disconnect()
}

/** Feeds every batch to `each` until all records came; measured from the first batch on. */
async function readAll(
  kafka: Kafka,
  topic: string,
  groupId: string,
  each: (payload: EachBatchPayload) => Promise<void>,
): Promise<Figures> {
  const consumer = kafka.consumer({ groupId, maxBytesPerPartition: 4 << 20 })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  let left = RECORDS
  let stop: (figures: Figures) => void
  const done = new Promise<Figures>((resolve) => (stop = resolve))
  let measured: (() => Figures) | undefined
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: PARTITIONS,
    eachBatch: async (payload) => {
      measured ??= meter()
      await each(payload)
      left -= payload.batch.messages.length
      if (left <= 0) stop(measured())
    },
  })
  const figures = await done
  await consumer.disconnect()
  return figures
}

async function consume(kafka: Kafka, topic: string): Promise<Figures> {
  let bytes = 0
  return readAll(kafka, topic, `bench-${randomUUID()}`, ({ batch }) => {
    for (const message of batch.messages) {
      bytes += (message.value?.length ?? 0) + message.offset.length
    }
    return Promise.resolve(bytes < 0 ? Promise.reject(new Error('never')) : undefined)
  })
}

async function loop(kafka: Kafka, from: string, to: string): Promise<Figures> {
  const groupId = `bench-${randomUUID()}`
  const producers = await Promise.all(
    Array.from({ length: PARTITIONS }, async (_, partition) => {
      const transactionalId = `${groupId}.${partition}`
      const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
      await producer.connect()
      return producer
    }),
  )
  const figures = await readAll(kafka, from, groupId, async (payload) => {
    const { batch } = payload
    const transaction = await producers[batch.partition]?.transaction()
    if (transaction === undefined) throw new Error(`no producer for partition ${batch.partition}`)
    for (let at = 0; at < batch.messages.length; at += CHUNK) {
      const messages = batch.messages.slice(at, at + CHUNK).map(({ key, value, timestamp }) => {
        const { after } = JSON.parse(String(value)) as { readonly after: Row }
        const bytes = fact.encode(after).finish() as Buffer
        return { key, value: bytes, timestamp, partition: batch.partition }
      })
      await transaction.send({ topic: to, messages })
    }
    const offset = (BigInt(batch.lastOffset()) + 1n).toString()
    const partitions = [{ partition: batch.partition, offset }]
    await transaction.sendOffsets({
      consumerGroupId: groupId,
      topics: [{ topic: from, partitions }],
    })
    await transaction.commit()
    await payload.heartbeat()
  })
  await Promise.all(producers.map((producer) => producer.disconnect()))
  return figures
}

interface Figures {
  readonly perSecond: number
  /** Microseconds of CPU per record. */
  readonly cpu: number
}

function meter(): () => Figures {
  const cpu = process.cpuUsage()
  const start = process.hrtime.bigint()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    return { perSecond: RECORDS / seconds, cpu: (user + system) / RECORDS }
  }
}

async function timed(work: () => Promise<void>): Promise<Figures> {
  const measured = meter()
  await work()
  return measured()
}

function report(phase: string, { perSecond, cpu }: Figures): void {
  const rate = Math.round(perSecond).toLocaleString('en')
  process.stdout.write(
    `${variant.padEnd(9)} ${phase.padEnd(8)} ${rate.padStart(8)}/s ${cpu.toFixed(2).padStart(6)} µs\n`,
  )
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exitCode = 1
})
