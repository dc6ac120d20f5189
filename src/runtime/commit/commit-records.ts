import type { Log } from '../../broker/ports'
import type { OutputRecord } from '../../topology/record'
import type { BatchLimits } from './batch-limits'
import { batchLimit, readBatchLimits } from './batch-limits'
import { abridged } from './left-out'
import { TransactionWriter } from './transaction'

/**
 * Commits lists of control records, each record abridged to fit into its topic, each list in its own transaction, in order;
 * when one fails, those before it are committed. Throws PRODUCER_FENCED when another process uses the transactional id
 * concurrently: of two operators, one fails.
 */
export async function commitRecords(
  log: Log,
  transactionalId: string,
  transactions: Iterable<readonly OutputRecord[]>,
): Promise<void> {
  const producer = await log.producer(transactionalId)
  try {
    let limits: BatchLimits = new Map()
    for (const records of transactions) {
      const topics = new Set(records.map(({ topic }) => topic))
      const unknown = [...topics].filter((topic) => !limits.has(topic))
      limits = new Map([...limits, ...(await readBatchLimits(log.admin, unknown))])
      const writer = new TransactionWriter(await producer.begin(), limits)
      for (const record of records) {
        writer.add(abridged(record, batchLimit(limits, record.topic)))
      }
      await writer.commit()
    }
  } finally {
    await producer.close()
  }
}
