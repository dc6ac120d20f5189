import type { SourcePosition } from './source-position'

/** Parts of the name of a table's topic, `prefix.schema.table`; only the prefix may contain dots. */
export function capturedTopic(
  topic: string,
): Pick<SourcePosition, 'connector' | 'schema' | 'table'> {
  const parts = topic.split('.')
  const table = parts.pop() ?? ''
  const schema = parts.pop() ?? ''
  return { connector: parts.join('.'), schema, table }
}
