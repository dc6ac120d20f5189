/** A property of the source database that makes facts wrong, or that stops capture. */
export interface SourceFinding {
  /** Which rule it breaks; docs/source-database.md lists them. */
  readonly rule: SourceRule
  /** `fail`: facts are wrong or do not flow. `warn`: they may not, some day. */
  readonly status: 'fail' | 'warn'
  /** The table, or the column of a table, as SQL names it. */
  readonly where: string
  /** What is wrong, and its consequence. */
  readonly what: string
  /** When the table or column was last altered; only a server with track_commit_timestamp knows it. */
  readonly since?: Date
  /** What to do. Statements are complete and end with a semicolon. */
  readonly remedy: string
}

export const SOURCE_RULES = [
  'replica-identity',
  'primary-key',
  'deferrable-key',
  'partitions',
  'inheritance',
  'same-topic',
  'not-published',
  'not-captured',
  'column-list',
  'not-readable',
  'row-security',
  'missing-table',
  'missing-column',
  'key-differs',
  'column-type',
  'nullability',
  'declared-identity',
  'generated-column',
  'stops-connector',
] as const

export type SourceRule = (typeof SOURCE_RULES)[number]

/** One line for people. */
export function describeSourceFinding({ where, what, since, remedy }: SourceFinding): string {
  const when = since === undefined ? '' : ` (since ${since.toISOString()})`
  return `${where} ${what}${when}. ${remedy}`
}

/** Rules whose violation makes records of a table, or of all tables, wrong. */
const CAPTURE: ReadonlySet<SourceRule> = new Set([
  'replica-identity',
  'primary-key',
  'deferrable-key',
  'partitions',
  'inheritance',
  'same-topic',
  'not-readable',
  'row-security',
])

/** Whether the finding has to be fixed before the connector is registered. */
export function stopsCapture({ rule, status }: SourceFinding): boolean {
  return status === 'fail' && CAPTURE.has(rule)
}
