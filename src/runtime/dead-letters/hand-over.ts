import type { Log } from '../../broker/ports'
import { controlTopic } from '../../topology/internal-topics'
import type { LogRecord, OutputRecord } from '../../topology/record'
import { commitRecords } from '../commit/commit-records'
import { broadcastRecord } from './control-record'

/** Records of one transaction, well below what it may take. */
const CHUNK = 10_000

/**
 * Sends records to a processor's `receive`, each in the task of its partition, as soon as the application runs. In
 * transactions of several thousand; when one fails, those before it are committed.
 */
export function handOver(
  log: Log,
  applicationId: string,
  processor: string,
  records: readonly LogRecord[],
): Promise<void> {
  function* transactions(): Iterable<readonly OutputRecord[]> {
    for (let at = 0; at < records.length; at += CHUNK) {
      yield records.slice(at, at + CHUNK).map((record) => {
        const topic = controlTopic(applicationId, record.topic)
        return broadcastRecord(topic, record.partition, { processor, record, after: 0n })
      })
    }
  }
  return commitRecords(log, `${applicationId}.hand-over`, transactions())
}
