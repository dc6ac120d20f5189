import type { Log } from '../log/log'
import { controlTopic } from '../topology/internal-topics'
import type { LogRecord } from '../topology/record'
import { broadcastRecord } from './control-record'
import { TransactionWriter } from './transaction'

/** Records of one transaction, well below what it may take. */
const CHUNK = 10_000

/**
 * Has a processor receive records, each in the task of its partition, as soon as the application runs. In transactions of
 * several thousand; when one fails, those before it stand.
 */
export async function handOver(
  log: Log,
  applicationId: string,
  processor: string,
  records: readonly LogRecord[],
): Promise<void> {
  // Two operators at once fence each other, so that one of them is told.
  const producer = await log.producer(`${applicationId}.hand-over`)
  try {
    for (let at = 0; at < records.length; at += CHUNK) {
      const writer = new TransactionWriter(await producer.begin())
      for (const record of records.slice(at, at + CHUNK)) {
        const topic = controlTopic(applicationId, record.topic)
        writer.add(broadcastRecord(topic, record.partition, { processor, record, after: 0n }))
      }
      await writer.commit()
    }
  } finally {
    await producer.close()
  }
}
