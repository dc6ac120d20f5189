import type { LogRecord } from '../topology/record'
import type { Log } from './log'

/** Every committed record that stands on the topics now; each partition in its order. All of it is held in memory. */
export async function readAll(
  log: Pick<Log, 'reader'>,
  topics: readonly string[],
): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = []
  const reader = log.reader(topics)
  try {
    await reader.start((batch) => void records.push(...batch))
    await reader.catchUp()
    return records
  } finally {
    await reader.stop()
  }
}
