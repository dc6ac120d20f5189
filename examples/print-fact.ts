import type { DrivenFact } from 'pgfacts/testing'

/** Prints a fact as a line: its CloudEvents type, the key of its row, and its fields without the header. */
export function printFact({ record, subject, message }: DrivenFact): void {
  const json = JSON.stringify({ ...message, header: undefined }, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  console.log(`${String(record.headers['ce_type'])} ${subject} ${json}`)
}
