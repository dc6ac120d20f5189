import { FactsError } from '../../src/errors'
import type { Log } from '../../src/broker/ports'
import { readAll } from '../../src/broker/read-all'
import type { LogRecord } from '../../src/topology/record'
import { waitFor } from './wait-for'

type Columns = Readonly<Record<string, unknown>>

/** A Debezium record as parsed JSON; integers of 16 and more digits are text, since JSON.parse would round them. */
export interface TableChange {
  readonly key: Columns | null
  readonly value: {
    readonly op: string
    readonly ts_ns: string
    readonly before: Columns | null
    readonly after: Columns | null
  } | null
}

export const topicOf = (table: string): string => `monolith.public.wildapp_${table}`

/** All records of a table's topic, once there are at least so many; each partition in its order. */
export async function tableChanges(
  log: Log,
  table: string,
  atLeast: number,
): Promise<readonly TableChange[]> {
  const records = await waitFor(`${atLeast} records of ${table}`, async () => {
    const read = await readIfThere(log, topicOf(table))
    return read.length >= atLeast && read
  })
  return records.map(({ key, value }) => ({
    key: parse(key) as TableChange['key'],
    value: parse(value) as TableChange['value'],
  }))
}

/** Nothing while the topic is being created. */
async function readIfThere(log: Log, topic: string): Promise<readonly LogRecord[]> {
  try {
    return await readAll(log, [topic])
  } catch (error) {
    if (error instanceof FactsError) return []
    throw error
  }
}

function parse(bytes: Uint8Array | null): unknown {
  if (bytes === null) return null
  return JSON.parse(
    Buffer.from(bytes)
      .toString()
      .replace(/:(-?\d{16,})/g, ':"$1"'),
  )
}
