import type { ASTNode } from '@marcbachmann/cel-js'
import type { Expression } from './expression'
import { checkAgainst, expression } from './expression'
import type { Pair } from './filter-comparison'
import { isAlike } from './filter-comparison'
import { mistakeAt } from './filter-mistake'
import type { ValueType } from '../image/value-type'
import { typeName } from '../image/value-type'

const BOOL: ValueType = { kind: 'bool' }

export function negation(node: ASTNode, part: Expression): Expression {
  if (part.type.kind !== 'bool') throw mistakeAt(node, `! expects bool, not ${typeName(part.type)}`)
  return expression(node, BOOL, [part], (run) => {
    const value = part.run(run)
    return value === undefined ? undefined : value === false
  })
}

/** `&&` and `||`: the deciding side is enough, even if the other has no value. */
export function logical(node: ASTNode, [left, right]: Pair): Expression {
  for (const part of [left, right]) {
    if (part.type.kind !== 'bool')
      throw mistakeAt(part.node, `${node.op} expects bool, not ${typeName(part.type)}`)
  }
  const decides = node.op === '||'
  return expression(node, BOOL, [left, right], (run) => {
    const first = left.run(run)
    if (first === decides) return decides
    const second = right.run(run)
    if (second === decides) return decides
    return first === undefined || second === undefined ? undefined : !decides
  })
}

export function ternary(node: ASTNode, condition: Expression, [left, right]: Pair): Expression {
  if (condition.type.kind !== 'bool')
    throw mistakeAt(condition.node, `a condition is bool, not ${typeName(condition.type)}`)
  if (!isAlike(left.type, right.type)) {
    throw mistakeAt(
      node,
      `both branches have the same type, not ${typeName(left.type)} and ${typeName(right.type)}`,
    )
  }
  const [one, other] = [left.domain, right.domain]
  if (right.isClosed) checkAgainst(one, right.literals)
  if (left.isClosed) checkAgainst(other, left.literals)
  const domain =
    one?.of === other?.of ? one : right.isClosed ? one : left.isClosed ? other : undefined
  const parts = [condition, left, right]
  return {
    ...expression(node, left.type, parts, (run) => {
      const value = condition.run(run)
      return value === undefined ? undefined : value === true ? left.run(run) : right.run(run)
    }),
    literals: [...left.literals, ...right.literals],
    isClosed: left.isClosed && right.isClosed,
    domain,
  }
}
