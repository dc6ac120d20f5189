import { onSource } from '../../source/inspect-source'
import { capturedTopic } from '../../table/shape/captured-topic'

/** How many rows the captured tables have, by topic. Throws DATABASE_UNAVAILABLE. */
export function countRows(
  url: string,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  return onSource(url, async (client) => {
    const counts = new Map<string, number>()
    for (const topic of topics) {
      const { schema, table } = capturedTopic(topic)
      const name = `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(table)}`
      const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${name}`)
      counts.set(topic, Number(rows[0]?.count))
    }
    return counts
  })
}
