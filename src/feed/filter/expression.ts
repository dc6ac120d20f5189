import type { ASTNode } from '@marcbachmann/cel-js'
import { FilterRun } from './filter-run'
import { mistakeAt } from './filter-mistake'
import type { Domain, ValueType } from '../image/value-type'

/** A literal of the filter. */
export interface Literal {
  readonly value: unknown
  readonly node: ASTNode
}

/** A part of a filter, checked and ready to be evaluated. */
export interface Expression {
  readonly node: ASTNode
  readonly type: ValueType
  /** Evaluates it; undefined without a value: an absent field, a division by zero. */
  readonly run: (run: FilterRun) => unknown
  /** Whether it is the same for every fact. */
  readonly isConstant: boolean
  /** Literals that it may evaluate to; of a list, those of its elements. */
  readonly literals: readonly Literal[]
  /** Whether it has no other values than the literals. */
  readonly isClosed: boolean
  /** Its possible values, if known; of a list, those of its elements. */
  readonly domain: Domain | undefined
  /** Number of its parts: its base cost. */
  readonly weight: number
}

/** An expression of which only the type is known. */
export function expression(
  node: ASTNode,
  type: ValueType,
  parts: readonly Expression[],
  run: Expression['run'],
): Expression {
  return {
    node,
    type,
    run,
    isConstant: parts.length > 0 && parts.every((part) => part.isConstant),
    literals: [],
    isClosed: false,
    domain: undefined,
    weight: parts.reduce((sum, { weight }) => sum + weight, 1),
  }
}

export function literal(node: ASTNode, type: ValueType, value: unknown): Expression {
  return {
    ...expression(node, type, [], () => value),
    isConstant: true,
    literals: [{ value, node }],
    isClosed: true,
  }
}

/** Computes a constant expression once; an error when it has no value. */
export function folded(one: Expression, expected: string): Expression {
  if (!one.isConstant) return one
  const value = one.run(new FilterRun({}))
  if (value === undefined) throw mistakeAt(one.node, expected)
  const isList = one.type.kind === 'list'
  return {
    ...one,
    run: () => value,
    literals: isList ? one.literals : [{ value, node: one.node }],
    isClosed: isList ? one.isClosed : true,
  }
}

/** Rejects a literal that the other side can never have: the filter would silently match nothing, or everything. */
export function checkAgainst(domain: Domain | undefined, literals: readonly Literal[]): void {
  if (domain === undefined) return
  const { of, values } = domain
  for (const { value, node } of literals) {
    if (values === undefined || values.includes(value)) continue
    throw mistakeAt(node, `${of} has no such value. There are ${values.join(', ')}`, {
      known: values.map(String),
    })
  }
  checkRange(domain, literals)
}

/** Rejects a literal outside the range of the field's type. */
export function checkRange(domain: Domain | undefined, literals: readonly Literal[]): void {
  const { of, least, most } = domain ?? {}
  for (const { value, node } of literals) {
    if (least === undefined || most === undefined) continue
    const isNumber = typeof value === 'bigint' || typeof value === 'number'
    if (isNumber && (value < least || value > most)) {
      throw mistakeAt(node, `the field is of type ${of ?? ''}, from ${least} to ${most}`)
    }
  }
}

/** Rejects a part with the same result for all the values that the field can have. */
export function checkVaries(
  node: ASTNode,
  { of, values }: Domain,
  results: readonly unknown[],
): void {
  if (results.length === 0 || values === undefined) return
  if (typeof results[0] !== 'boolean' || results.some((result) => result !== results[0])) return
  throw mistakeAt(
    node,
    `it is ${String(results[0])} for every value of ${of}. There are ${values.join(', ')}`,
    { known: values.map(String) },
  )
}
