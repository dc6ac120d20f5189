import type { ASTNode } from '@marcbachmann/cel-js'
import { UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import type { FilterContext } from './filter-context'

/** A field and the value that it has in every fact of a set. */
export interface Equality {
  /** By JSON names, as `secondary.id`. */
  readonly field: string
  /** As text; see `valueText`. */
  readonly value: string
}

/** What the filter asks of single fields with `==` and a literal, and cannot hold without. */
export function equalitiesOf(node: ASTNode): readonly Equality[] {
  const { op, args } = node as { readonly op: string; readonly args: unknown }
  if (!Array.isArray(args)) return []
  const [left, right] = args as readonly ASTNode[]
  if (left === undefined || right === undefined) return []
  if (op === '&&') return [...equalitiesOf(left), ...equalitiesOf(right)]
  if (op !== '==') return []
  const field = pathOf(left) ?? pathOf(right)
  const value = literalOf(left) ?? literalOf(right)
  return field === undefined || value === undefined ? [] : [{ field, value }]
}

/** A value of a field as text, the same for a literal that equals it; undefined of what is not compared exactly. */
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
