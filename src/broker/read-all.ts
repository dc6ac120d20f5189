import type { LogRecord } from '../topology/record'
import { eachRecord } from './each-record'
import type { Log } from './ports'

/** Every committed record that is on the topics now; each partition in its order. All of it is held in memory. */
export async function readAll(
  log: Pick<Log, 'reader'>,
  topics: readonly string[],
): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = []
  await eachRecord(log, topics, (record) => void records.push(record))
  return records
}
