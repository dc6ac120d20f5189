import { FactsError, toFactsError } from '../../errors'
import type { Log } from '../../broker/ports'
import type { LogRecord } from '../../topology/record'
import type { InputRecord, LeftOut } from '../commit/left-out'
import { sha256 } from '../commit/left-out'

/**
 * The complete input record of a dead letter or a control record: read from the input when its value was not copied. Throws
 * ORIGINAL_LOST when the input no longer has it.
 */
export async function readOriginal(
  log: Pick<Log, 'readRange'>,
  record: InputRecord,
): Promise<LogRecord> {
  const { leftOut } = record
  if (leftOut === undefined) return record
  const { topic, partition, offset } = record
  let original: LogRecord | undefined
  try {
    const range = { topic, partition, from: offset, to: offset + 1n }
    await log.readRange(range, (records) => {
      original = records.find((one) => one.offset === offset)
      return Promise.resolve(original === undefined)
    })
  } catch (error) {
    if (!(error instanceof FactsError) || !GONE.has(error.code)) throw error
  }
  if (original === undefined) throw lost(record, leftOut, 'no longer has it')
  if (sha256(original.value ?? Buffer.alloc(0)) !== leftOut.sha256) {
    throw lost(record, leftOut, 'has another record there: it was recreated')
  }
  return original
}

/** The same for processing: a lost value is marked, and the record fails in its turn. */
export async function withOriginal(
  log: Pick<Log, 'readRange'>,
  record: InputRecord,
): Promise<InputRecord> {
  try {
    return await readOriginal(log, record)
  } catch (error) {
    const lost = toFactsError(error)
    if (lost.remedy !== 'skip' || record.leftOut === undefined) throw lost
    return { ...record, leftOut: { ...record.leftOut, lost } }
  }
}

/** The same for several keys; some are missing for keys with more than fits in memory. */
export async function withOriginals(
  log: Pick<Log, 'readRange'>,
  records: ReadonlyMap<string, readonly InputRecord[]>,
): Promise<ReadonlyMap<string, readonly InputRecord[]>> {
  const read = new Map<string, InputRecord[]>()
  let bytes = 0
  for (const [key, ofKey] of records) {
    const whole: InputRecord[] = []
    read.set(key, whole)
    for (const record of ofKey) {
      bytes += record.leftOut?.bytes ?? 0
      if (bytes > MAX_READ_BYTES) break
      whole.push(await withOriginal(log, record))
    }
  }
  return read
}

/** Most bytes that are read from the input for one batch: they are held in memory until it is committed. */
export const MAX_READ_BYTES = 32 * 1024 * 1024

const GONE: ReadonlySet<string> = new Set(['OFFSET_OUT_OF_RANGE', 'TOPIC_MISSING'])

function lost(
  { topic, partition, offset, key }: InputRecord,
  { bytes }: LeftOut,
  why: string,
): FactsError {
  return new FactsError(
    'ORIGINAL_LOST',
    `The value of this record, ${bytes} bytes, was too large for the dead-letter topic and was not copied from the input, which ${why}. Bring the fact up to date with "facts resync --snapshot", then skip this dead letter with "facts dead-letters drop".`,
    { topic, partition, offset, ...(key === null ? {} : { key: key.toString() }) },
  )
}
