/**
 * The rows of each table in the JSON forms that Debezium gives them, written by PostgreSQL itself, to be compared with
 * what the connector wrote. Apply `comparable` to both.
 */
export const TABLE_FORMS = {
  tertiary: `id::text, name, region::text, founded_on || 'Z' AS founded_on, opens_at::text,
    ${instant('created_at')}, ${instant('updated_at')}`,
  secondary: `id::int, tertiary_id::text, name, code, rating::text, to_json(tags) AS tags, settings::text, active,
    ${instant('created_at')}, ${instant('updated_at')}`,
  primary: `id::int, secondary_id::int, title, status::text, serial_number::text, amount::text, quantity,
    to_json(score) AS score, verified, notes, external_id::text,
    to_char(happened_at, 'YYYY-MM-DD"T"HH24:MI:SS.US') AS happened_at, due_on || 'Z' AS due_on, remind_at::text,
    ${duration('lead_time')}, attributes::text, to_json(labels) AS labels,
    encode(fingerprint, 'base64') AS fingerprint, ${instant('created_at')}, ${instant('updated_at')}`,
} as const

/** SQL of an instant as Debezium writes it. */
function instant(column: string): string {
  return `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ${column}`
}

/** SQL of an interval as Debezium writes it. */
function duration(column: string): string {
  const part = (name: string): string => `trim_scale(extract(${name} FROM ${column}))`
  const parts = ['year', 'month', 'day', 'hour', 'minute', 'second'].map(part)
  return `CASE WHEN ${column} IS NOT NULL THEN format('P%sY%sM%sDT%sH%sM%sS', ${parts.join(', ')}) END AS ${column}`
}

/**
 * Rows without what is only another spelling: the Z of local times and zeros at the end of their fractions. Debezium
 * computes an interval's seconds in floating point, so that they may be a nanosecond off; PostgreSQL has microseconds.
 */
export function comparable(
  row: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (typeof value !== 'string') return [column, value]
      if (['opens_at', 'remind_at', 'happened_at'].includes(column)) {
        const withoutZone = value.replace(/Z$/, '')
        return [column, withoutZone.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')]
      }
      if (column === 'lead_time') {
        return [
          column,
          value.replace(/-?\d+\.\d+/, (text) => String(Number(Number(text).toFixed(6)))),
        ]
      }
      return [column, value]
    }),
  )
}
