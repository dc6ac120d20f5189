import type { ASTNode } from '@marcbachmann/cel-js'
import { UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import type { FilterContext } from '../image/filter-context'

/** A field and the value that it has in every fact of a set. */
export interface Equality {
  /** JSON names, such as `secondary.id`. */
  readonly field: string
  /** As text; see `valueText`. */
  readonly value: string
}

/** A field and values of which it has one in every fact of a set. */
export interface Choice {
  readonly field: string
  /** Each once. */
  readonly values: readonly string[]
}

/** The necessary conditions of the filter on single fields, by `==`, or `in` a list of literals. */
export function choicesOf(node: ASTNode): readonly Choice[] {
  if (node.op === '&&') return node.args.flatMap((part) => choicesOf(part))
  if (node.op === '||') return choicesOfEither(node.args)
  if (node.op !== '==' && node.op !== 'in') return []
  const [left, right] = node.args
  if (node.op === 'in') return choice(pathOf(left), right.op === 'list' ? right.args : [])
  return choice(pathOf(left) ?? pathOf(right), [pathOf(left) === undefined ? left : right])
}

/** Those with one value. */
export const equalitiesOf = (choices: readonly Choice[]): readonly Equality[] =>
  choices.flatMap(({ field, values: [value, ...others] }) =>
    value === undefined || others.length > 0 ? [] : [{ field, value }],
  )

/** A value of a field as text, the same for an equal literal; undefined for types that are not compared exactly. */
export function valueText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return value instanceof UnsignedInt ? String(value.valueOf()) : undefined
}

/** The text of the field's value in a fact; undefined when it is absent. */
export function fieldText(context: FilterContext | undefined, field: string): string | undefined {
  let value: unknown = context
  for (const name of field.split('.')) value = (value as FilterContext | undefined)?.[name]
  return valueText(value)
}

function choicesOfEither(parts: readonly ASTNode[]): readonly Choice[] {
  const [left, right] = parts.map((part) => choicesOf(part))
  return (left ?? []).flatMap(({ field, values }) => {
    const other = right?.find((one) => one.field === field)
    return other === undefined
      ? []
      : [{ field, values: [...new Set([...values, ...other.values])] }]
  })
}

function choice(field: string | undefined, nodes: readonly ASTNode[]): readonly Choice[] {
  const values = nodes.map((node) => literalOf(node))
  if (field === undefined || values.length === 0) return []
  const known = values.filter((value) => value !== undefined)
  return known.length < values.length ? [] : [{ field, values: [...new Set(known)] }]
}

function pathOf(node: ASTNode): string | undefined {
  const names: string[] = []
  let at: ASTNode = node
  while (at.op === '.') {
    names.unshift(at.args[1])
    at = at.args[0]
  }
  if (at.op !== 'id') return undefined
  const path = at.args === 'fact' ? names : [at.args, ...names]
  return path.length === 0 ? undefined : path.join('.')
}

function literalOf(node: ASTNode): string | undefined {
  if (node.op === 'value') return valueText(node.args)
  if (node.op !== '-_') return undefined
  const text = literalOf(node.args)
  return text === undefined || !/^\d+$/.test(text) ? undefined : String(-BigInt(text))
}
