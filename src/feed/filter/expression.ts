import type { ASTNode } from '@marcbachmann/cel-js'
import { FilterRun } from './filter-run'
import { mistakeAt } from './filter-mistake'
import type { Domain, ValueType } from '../image/value-type'

/** A value that the text of the filter names. */
export interface Literal {
  readonly value: unknown
  readonly node: ASTNode
}

/** A part of a filter, checked and ready to be evaluated. */
export interface Expression {
  readonly node: ASTNode
  readonly type: ValueType
  /** Undefined when there is no value: a field is absent, a division by zero. */
  readonly run: (run: FilterRun) => unknown
  /** It is the same for every fact. */
  readonly isConstant: boolean
  /** Values that it may have by the text; of a list, those of its elements. */
  readonly literals: readonly Literal[]
  /** It has no other values than the literals. */
  readonly isClosed: boolean
  /** Of what values it can be at all, when that is known; of a list, its elements. */
  readonly domain: Domain | undefined
  /** How many parts it has: what it costs, besides what it spends. */
  readonly weight: number
}

/** An expression of which nothing more is known than its type. */
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

/** What is the same for every fact is computed once; a mistake when it has no value. */
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

/** A mistake when a literal is none of the values that the other side can have: the filter would be silently empty, or all. */
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

/** A mistake when a literal is out of the range of the field's type. */
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

/** The part is the same for all of the few values that the field can have. */
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
