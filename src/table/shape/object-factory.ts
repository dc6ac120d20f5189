type Row = Readonly<Record<string, unknown>>

/** Builds an object from the values of its fields in order, starting at `values[0]`. */
export type ObjectFactory = (values: readonly unknown[]) => object

/** The values of an object's fields, in the order of their names. */
export type FieldValues = (row: Row) => readonly unknown[]

/** A copy of the row with additional fields, from their values in order. */
export type MergeRow = (row: Row, values: readonly unknown[]) => Row

/**
 * A function that builds objects of one hidden class with a single allocation: setting 20 fields one by one costs forty
 * times as much. The code contains only the quoted field names of a table definition, and nothing of a record. If code
 * generation is disabled (`--disallow-code-generation-from-strings`), fields are set one by one.
 */
export function objectFactory(names: readonly string[]): ObjectFactory {
  const fields = names.map((name, index) => `${JSON.stringify(name)}:v[${index}]`)
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- see above
    return new Function('v', `return {${fields.join(',')}}`) as ObjectFactory
  } catch {
    return (values) => Object.fromEntries(names.map((name, index) => [name, values[index]]))
  }
}

/** As objectFactory, for a copy with additional fields, which replace fields of the same name. */
export function mergeRow(columns: readonly string[], added: readonly string[]): MergeRow {
  const fields = [
    ...columns.map((name) => `${JSON.stringify(name)}:r[${JSON.stringify(name)}]`),
    ...added.map((name, index) => `${JSON.stringify(name)}:v[${index}]`),
  ]
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- as in objectFactory
    return new Function('r', 'v', `return {${fields.join(',')}}`) as MergeRow
  } catch {
    return (row, values) => ({
      ...row,
      ...Object.fromEntries(added.map((name, index) => [name, values[index]])),
    })
  }
}

/** The inverse of objectFactory: the values of an object's fields, in order. */
export function fieldValues(names: readonly string[]): FieldValues {
  try {
    const fields = names.map((name) => `r[${JSON.stringify(name)}]`)
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- as in objectFactory
    return new Function('r', `return [${fields.join(',')}]`) as FieldValues
  } catch {
    return (row) => names.map((name) => row[name])
  }
}
