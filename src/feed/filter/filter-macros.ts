import type { ASTNode } from '@marcbachmann/cel-js'
import type { Expression } from './expression'
import { expression } from './expression'
import { mistakeAt } from './filter-mistake'
import type { FilterRun } from './filter-run'
import type { ValueType } from '../image/value-type'
import { typeName } from '../image/value-type'

/** The variable of a macro's predicate, and its type. */
export interface Scope {
  readonly name: string
  readonly element: Expression
}

type Loop = (run: FilterRun, items: readonly unknown[], body: Expression['run']) => unknown

/** Each visits every element once, spending steps; macros cannot be nested. */
const LOOPS: Readonly<Record<string, Loop>> = {
  exists: (run, items, body) => {
    let isUnknown = false
    for (run.item of items) {
      const holds = body(run)
      if (holds === true) return true
      isUnknown ||= holds === undefined
    }
    return isUnknown ? undefined : false
  },
  all: (run, items, body) => {
    let isUnknown = false
    for (run.item of items) {
      const holds = body(run)
      if (holds === false) return false
      isUnknown ||= holds === undefined
    }
    return isUnknown ? undefined : true
  },
  exists_one: (run, items, body) => {
    let count = 0
    for (run.item of items) {
      const holds = body(run)
      if (holds === undefined) return undefined
      if (holds === true) count += 1
    }
    return count === 1
  },
  filter: (run, items, body) => {
    const kept: unknown[] = []
    for (run.item of items) {
      const holds = body(run)
      if (holds === undefined) return undefined
      if (holds === true) kept.push(run.item)
    }
    return kept
  },
  map: (run, items, body) => {
    const made: unknown[] = []
    for (run.item of items) {
      const value = body(run)
      if (value === undefined) return undefined
      made.push(value)
    }
    return made
  },
}

export const MACROS: readonly string[] = Object.keys(LOOPS)

/** The elements of the list, or the keys of the map. */
export function elementOf(list: Expression): Expression {
  const { type, literals, isClosed, domain, node } = list
  if (type.kind !== 'list' && type.kind !== 'map')
    throw mistakeAt(node, `a list is expected, not ${typeName(type)}`)
  const isList = type.kind === 'list'
  return {
    ...expression(node, isList ? type.of : { kind: 'string' }, [], (run) => run.item),
    literals: isList ? literals : [],
    isClosed: isList && isClosed,
    domain: isList ? domain : undefined,
  }
}

export function macro(node: ASTNode, name: string, list: Expression, body: Expression): Expression {
  const loop = LOOPS[name]
  if (loop === undefined) throw mistakeAt(node, `there is no macro ${name}`)
  if (name !== 'map' && body.type.kind !== 'bool')
    throw mistakeAt(body.node, `the predicate of ${name} is bool, not ${typeName(body.type)}`)
  const type: ValueType =
    name === 'map'
      ? { kind: 'list', of: body.type }
      : name === 'filter'
        ? { kind: 'list', of: elementOf(list).type }
        : { kind: 'bool' }
  const made = expression(node, type, [list, body], (run) => {
    const value = list.run(run)
    if (value === undefined) return undefined
    if (value instanceof Map) {
      run.spend(value.size * body.weight)
      return loop(run, [...value.keys()], body.run)
    }
    const items = value as readonly unknown[]
    run.spend(items.length * body.weight)
    return loop(run, items, body.run)
  })
  if (type.kind !== 'list') return { ...made, isConstant: false }
  const { literals, isClosed, domain } = name === 'map' ? body : list
  return { ...made, isConstant: false, literals, isClosed, domain }
}
