import { accessOf, keyOf, valueCode } from '../code'
import { constantName } from '../names'
import type { ColumnPlan } from '../plan'

/** Code of a field's value, from the row (or the key) that has the column. */
export function fieldCode(
  { column, mapped, isNullable, isKey, enumeration }: ColumnPlan,
  row: string,
): string {
  const value = accessOf(row, column.name)
  const { proto, isRepeated } = mapped
  const convert =
    enumeration !== undefined
      ? (it: string): string => `${constantName(enumeration.name)}[${it}]`
      : proto.kind === 'timestamp'
        ? (it: string): string => `timestampOf(${it})`
        : undefined
  if (isRepeated) {
    const elements = `elementsOf(${value})`
    return convert === undefined ? elements : `${elements}.map((one) => ${convert('one')})`
  }
  if (isNullable) {
    return convert === undefined ? value : `${value} === null ? null : ${convert(value)}`
  }
  if (convert !== undefined) return convert(value)
  // A large value that a change does not carry and that is not known; the header names the column.
  if (!mapped.column.isToastable || isKey) return value
  return `${value} ?? ${proto.kind === 'scalar' && proto.name === 'bytes' ? 'new Uint8Array()' : "''"}`
}

/** A property of an object literal. */
export const propertyCode = (plan: ColumnPlan, row: string): string =>
  `${plan.property}: ${fieldCode(plan, row)},`

/** A property of a declaration: the column with its builder. */
export const declarationCode = ({ column, mapped, isNullable }: ColumnPlan): string =>
  `${keyOf(column.name)}: ${mapped.builder}${isNullable ? '.nullable()' : ''},`

/** A row as Debezium writes it. */
export const sampleCode = (columns: readonly ColumnPlan[]): string =>
  `{ ${columns.map(({ column, mapped }) => `${keyOf(column.name)}: ${valueCode(mapped.sample.debezium)}`).join(', ')} }`
