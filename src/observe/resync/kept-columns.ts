import type { KeptColumn } from '../../fact/history/row-schemas'
import { parsedSchemas, SCHEMAS } from '../../fact/history/row-schemas'
import type { Log } from '../../broker/ports'

/**
 * The latest row schema of a changelog: the columns of the declaration that runs, or ran last. Undefined when no row was
 * stored yet.
 */
export async function keptColumns(
  log: Log,
  changelog: string,
): Promise<readonly KeptColumn[] | undefined> {
  const columns = new Map<string, KeptColumn>()
  for (const [partition, { low, high }] of await log.admin.offsets(changelog)) {
    let last: Buffer | undefined
    await log.readRange({ topic: changelog, partition, from: low, to: high }, (records) => {
      const found = records.findLast(({ key }) => key?.toString() === SCHEMAS)
      last = found?.value ?? last
      return Promise.resolve(true)
    })
    const schema = last === undefined ? [] : (parsedSchemas(last).at(-1) ?? [])
    for (const column of schema) columns.set(column.name, column)
  }
  return columns.size === 0 ? undefined : [...columns.values()]
}
