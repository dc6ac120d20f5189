import type { LogRecord } from '../../src/topology/record'

/**
 * Text of each golden file, by its name: one record a line, its key and value as the connector wrote them. A table's file
 * is named after it; `wildapp_edge_vals` is `edge.vals`.
 */
export function goldenFiles(records: readonly LogRecord[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const record of records) {
    const name = fileOf(record.topic)
    files.set(name, `${files.get(name) ?? ''}${line(record)}\n`)
  }
  return files
}

function fileOf(topic: string): string {
  if (topic.startsWith('__debezium-heartbeat.')) return 'heartbeat'
  return topic.replace(/^.*\./, '').replace(/^wildapp_(probe|edge)_/, '$1.')
}

function line({ partition, offset, key, value }: LogRecord): string {
  const text = (bytes: Buffer | null): string => bytes?.toString() ?? 'null'
  return `{"partition":${partition},"offset":${offset.toString()},"key":${text(key)},"value":${text(value)}}`
}
