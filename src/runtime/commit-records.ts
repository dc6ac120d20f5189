import type { Log } from '../log/log'
import type { OutputRecord } from '../topology/record'
import { TransactionWriter } from './transaction'

/**
 * Commits lists of records, each list in a transaction of its own, in their order; when one fails, those before it stand.
 * Throws PRODUCER_FENCED when another process uses the id meanwhile: of two operators at once, one is told.
 */
export async function commitRecords(
  log: Log,
  transactionalId: string,
  transactions: Iterable<readonly OutputRecord[]>,
): Promise<void> {
  const producer = await log.producer(transactionalId)
  try {
    for (const records of transactions) {
      const writer = new TransactionWriter(await producer.begin())
      for (const record of records) writer.add(record)
      await writer.commit()
    }
  } finally {
    await producer.close()
  }
}
