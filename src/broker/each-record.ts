import type { LogRecord } from '../topology/record'
import type { Log } from './ports'

/** Calls `take` with every committed record that is on the topics now; each partition in its order. `take` must not throw. */
export async function eachRecord(
  log: Pick<Log, 'reader'>,
  topics: readonly string[],
  take: (record: LogRecord) => void,
): Promise<void> {
  const reader = log.reader(topics)
  try {
    await reader.start((records) => records.forEach(take))
    await reader.catchUp()
  } finally {
    await reader.stop()
  }
}
