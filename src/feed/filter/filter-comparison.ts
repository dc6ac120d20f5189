import type { ASTNode } from '@marcbachmann/cel-js'
import { compareText, sameBytes, sameText } from './bounded-text'
import type { Expression } from './expression'
import { checkAgainst, checkRange, checkVaries, expression } from './expression'
import { mistakeAt } from './filter-mistake'
import { FilterRun } from './filter-run'
import type { ValueType } from '../image/value-type'
import { typeName } from '../image/value-type'

/** Both sides of an operator. */
export type Pair = readonly [Expression, Expression]
type Same = (run: FilterRun, one: never, other: never) => boolean

const BOOL: ValueType = { kind: 'bool' }
const NUMBERS: ReadonlySet<string> = new Set(['int', 'uint', 'double'])
const ORDERED: ReadonlySet<string> = new Set(['string', 'timestamp', 'duration'])

/** `==` and `!=`, `in`, and `<` with its like. */
export function comparison(node: ASTNode, parts: Pair): Expression {
  if (node.op === '==' || node.op === '!=') return equality(node, parts)
  return node.op === 'in' ? membership(node, parts) : order(node, parts)
}

/** Whether both types can be compared. */
export function isAlike(one: ValueType, other: ValueType): boolean {
  if (one.kind === 'nothing' || other.kind === 'nothing') return true
  if (one.kind === 'list' || one.kind === 'map') {
    return other.kind === one.kind && isAlike(one.of, other.of)
  }
  if (one.kind === 'message') return other.kind === 'message' && one.of === other.of
  return one.kind === other.kind
}

function equality(node: ASTNode, [left, right]: Pair): Expression {
  const same = sameness(node, left, right)
  checkAgainst(left.domain, right.literals)
  checkAgainst(right.domain, left.literals)
  refuseStrangers(node, left, right)
  const isEqual = node.op === '=='
  return expression(node, BOOL, [left, right], (run) => {
    const one = left.run(run)
    if (one === undefined) return undefined
    const other = right.run(run)
    if (other === undefined) return undefined
    return same(run, one as never, other as never) === isEqual
  })
}

/** Two enums that have no value in common are never equal. */
function refuseStrangers(node: ASTNode, left: Expression, right: Expression): void {
  const [one, other] = [left.domain, right.domain]
  if (one?.values === undefined || other?.values === undefined || one.of === other.of) return
  if (one.values.some((value) => other.values?.includes(value))) return
  throw mistakeAt(node, `values of ${one.of} and of ${other.of} are never equal`)
}

function sameness(node: ASTNode, left: Expression, right: Expression): Same {
  if (left.type.kind === 'null' || right.type.kind === 'null') throw notNull(node, left, right)
  if (!isAlike(left.type, right.type)) throw unlike(node, left.type, right.type)
  const { kind } = left.type
  if (kind === 'message' || kind === 'map' || (kind === 'list' && !isOfScalars(left.type)))
    throw mistakeAt(node, `a ${kind} cannot be compared as a whole: compare its fields or elements`)
  return sameOf(left.type.kind === 'nothing' ? right.type : left.type)
}

const isOfScalars = (type: ValueType): boolean =>
  type.kind === 'list' && !['list', 'map', 'message', 'null'].includes(type.of.kind)

function sameOf(type: ValueType): Same {
  if (type.kind === 'string') return sameText
  if (type.kind === 'bytes') return sameBytes
  if (type.kind !== 'list') return (_, one, other) => one === other
  const same = sameOf(type.of)
  return (run, one: readonly unknown[], other: readonly unknown[]) => {
    if (one.length !== other.length) return false
    run.spend(one.length)
    return one.every((value, index) => same(run, value as never, other[index] as never))
  }
}

function membership(node: ASTNode, [left, right]: Pair): Expression {
  const { type } = right
  if (type.kind === 'map' && left.type.kind === 'string') {
    return expression(node, BOOL, [left, right], (run) => {
      const key = left.run(run)
      const map = right.run(run) as ReadonlyMap<unknown, unknown> | undefined
      return key === undefined || map === undefined ? undefined : map.has(key)
    })
  }
  if (type.kind !== 'list') {
    throw mistakeAt(node, `in expects a list on its right, not ${typeName(type)}`)
  }
  if (left.type.kind === 'null') throw notNull(node, left, right)
  if (!isAlike(left.type, type.of)) throw unlike(node, left.type, type.of)
  checkAgainst(left.domain, right.literals)
  checkAgainst(right.domain, left.literals)
  const same = sameOf(left.type)
  return expression(node, BOOL, [left, right], (run) => {
    const value = left.run(run)
    if (value === undefined) return undefined
    const list = right.run(run) as readonly unknown[] | undefined
    if (list === undefined) return undefined
    run.spend(list.length)
    return list.some((one) => same(run, value as never, one as never))
  })
}

function order(node: ASTNode, parts: Pair): Expression {
  const [left, right] = parts
  const [one, other] = [left.type.kind, right.type.kind]
  if (one === 'null' || other === 'null') throw notNull(node, left, right)
  const isOrdered = NUMBERS.has(one) ? NUMBERS.has(other) : ORDERED.has(one) && one === other
  if (!isOrdered) throw unlike(node, left.type, right.type)
  const holds = HOLDS[node.op] ?? (() => false)
  const compare = one === 'string' ? compareText : compareValues
  const run: Expression['run'] = (at) => {
    const first = left.run(at)
    if (first === undefined) return undefined
    const second = right.run(at)
    return second === undefined ? undefined : holds(compare(at, first as never, second as never))
  }
  checkRange(left.domain, right.literals)
  checkRange(right.domain, left.literals)
  refuseConstant(node, parts, (at, first, second) => holds(compare(at, first, second)))
  return expression(node, BOOL, parts, run)
}

/** `status < "A"`, which is the same for all of them. */
function refuseConstant(
  node: ASTNode,
  [left, right]: Pair,
  holds: (run: FilterRun, one: never, other: never) => unknown,
): void {
  const at = new FilterRun({})
  if (left.domain?.values !== undefined && right.isConstant) {
    const against = right.run(at)
    const results = left.domain.values.map((value) => holds(at, value as never, against as never))
    checkVaries(node, left.domain, results)
  }
  if (right.domain?.values !== undefined && left.isConstant) {
    const against = left.run(at)
    const results = right.domain.values.map((value) => holds(at, against as never, value as never))
    checkVaries(node, right.domain, results)
  }
}

const HOLDS: Readonly<Record<string, (compared: number | undefined) => boolean>> = {
  '<': (compared) => compared !== undefined && compared < 0,
  '<=': (compared) => compared !== undefined && compared <= 0,
  '>': (compared) => compared !== undefined && compared > 0,
  '>=': (compared) => compared !== undefined && compared >= 0,
}

/** Undefined when one of them is not a number. JavaScript compares bigint with number exactly. */
function compareValues(_: FilterRun, one: bigint, other: bigint): number | undefined {
  return one < other ? -1 : one > other ? 1 : one >= other ? 0 : undefined
}

function notNull(node: ASTNode, left: Expression, right: Expression): Error {
  const field = left.type.kind === 'null' ? right : left
  const path = field.node.input.slice(field.node.start, field.node.end)
  const name = path.startsWith('fact.') ? path : `fact.${path}`
  return mistakeAt(
    node,
    `no field is ever null: an absent one has no value; test it with has(${name})`,
  )
}

function unlike(node: ASTNode, one: ValueType, other: ValueType): Error {
  const kinds = [one.kind, other.kind]
  const hint = kinds.includes('timestamp')
    ? '; a time is written timestamp("2026-01-02T03:04:05Z")'
    : kinds.includes('uint')
      ? '; a uint is written 5u'
      : kinds.includes('string') && (kinds.includes('int') || kinds.includes('double'))
        ? '; a number that is text is read with double(...)'
        : kinds.includes('double')
          ? '; a double is written 1.0'
          : ''
  return mistakeAt(node, `${typeName(one)} is not compared with ${typeName(other)}${hint}`)
}
