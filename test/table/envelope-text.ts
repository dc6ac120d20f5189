/** The parts of an envelope as JSON text, so that a test decides about every byte. */
export interface EnvelopeText {
  readonly op?: string
  readonly before?: string
  readonly after?: string
  /** Fields of `source` that differ from the usual; undefined for one that it lacks. */
  readonly source?: Readonly<Record<string, string | undefined>>
  readonly transaction?: string
}

/** Debezium's own source block, field by field as JSON text. */
export const SOURCE: Readonly<Record<string, string>> = {
  version: '"3.7.0.Final"',
  connector: '"postgresql"',
  name: '"monolith"',
  ts_ms: '1795260811382',
  snapshot: 'null',
  db: '"wildapp"',
  sequence: '"[\\"81103880\\",\\"81139968\\"]"',
  ts_us: '1795260811382602',
  ts_ns: '1795260811382602000',
  schema: '"public"',
  table: '"things"',
  txId: '848',
  lsn: '81139968',
  xmin: 'null',
  origin: 'null',
  origin_lsn: 'null',
}

export const TRANSACTION = '{"id":"848:81139968","total_order":2,"data_collection_order":1}'

/** `{"a":1}` of names and JSON texts, without those that are undefined. */
export function objectText(fields: Readonly<Record<string, string | undefined>>): string {
  return `{${Object.entries(fields)
    .filter(([, text]) => text !== undefined)
    .map(([name, text]) => `${JSON.stringify(name)}:${text}`)
    .join(',')}}`
}

/** A whole envelope, written as Debezium does. */
export function envelopeText(parts: EnvelopeText): string {
  return objectText({
    before: parts.before ?? 'null',
    after: parts.after ?? 'null',
    source: objectText({ ...SOURCE, ...parts.source }),
    transaction: parts.transaction ?? TRANSACTION,
    op: JSON.stringify(parts.op ?? 'c'),
    ts_ms: '1795260811398',
    ts_us: '1795260811398725',
    ts_ns: '1795260811398725019',
  })
}
