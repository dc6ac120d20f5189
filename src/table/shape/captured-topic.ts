import type { SourcePosition } from './source-position'

/** What Debezium names a table's topic after, `prefix.schema.table`: the prefix may hold dots, the others do not. */
export function capturedTopic(
  topic: string,
): Pick<SourcePosition, 'connector' | 'schema' | 'table'> {
  const parts = topic.split('.')
  const table = parts.pop() ?? ''
  const schema = parts.pop() ?? ''
  return { connector: parts.join('.'), schema, table }
}
