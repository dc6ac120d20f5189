import type { ASTNode } from '@marcbachmann/cel-js'
import type { Expression } from './expression'
import { expression, folded } from './expression'
import type { Pair } from './filter-comparison'
import { asInt, asUint } from './filter-functions'
import { mistakeAt } from './filter-mistake'
import { duration, timestamp } from './timestamp'
import { typeName } from '../image/value-type'

type ComputedKind = 'int' | 'uint' | 'double' | 'timestamp' | 'duration'
type Compute = (one: never, other: never) => unknown

const INT: Readonly<Record<string, Compute>> = {
  '+': (one: bigint, other: bigint) => asInt(one + other),
  '-': (one: bigint, other: bigint) => asInt(one - other),
  '*': (one: bigint, other: bigint) => asInt(one * other),
  '/': (one: bigint, other: bigint) => (other === 0n ? undefined : asInt(one / other)),
  '%': (one: bigint, other: bigint) => (other === 0n ? undefined : one % other),
}
const UINT: Readonly<Record<string, Compute>> = {
  '+': (one: bigint, other: bigint) => asUint(one + other),
  '-': (one: bigint, other: bigint) => asUint(one - other),
  '*': (one: bigint, other: bigint) => asUint(one * other),
  '/': (one: bigint, other: bigint) => (other === 0n ? undefined : one / other),
  '%': (one: bigint, other: bigint) => (other === 0n ? undefined : one % other),
}
const DOUBLE: Readonly<Record<string, Compute>> = {
  '+': (one: number, other: number) => one + other,
  '-': (one: number, other: number) => one - other,
  '*': (one: number, other: number) => one * other,
  '/': (one: number, other: number) => one / other,
}
const plus =
  (within: (nanos: bigint) => unknown): Compute =>
  (one: bigint, other: bigint) =>
    within(one + other)
const less =
  (within: (nanos: bigint) => unknown): Compute =>
  (one: bigint, other: bigint) =>
    within(one - other)

type Computed = readonly [ComputedKind, Compute]

function among(kind: ComputedKind, op: string, compute: Compute): [string, Computed] {
  return [`${kind} ${op} ${kind}`, [kind, compute]]
}

/** Operations by the types of both sides and the operator. */
const COMPUTED: ReadonlyMap<string, Computed> = new Map<string, Computed>([
  ...Object.entries(INT).map(([op, compute]) => among('int', op, compute)),
  ...Object.entries(UINT).map(([op, compute]) => among('uint', op, compute)),
  ...Object.entries(DOUBLE).map(([op, compute]) => among('double', op, compute)),
  ['timestamp + duration', ['timestamp', plus(timestamp)]],
  ['duration + timestamp', ['timestamp', plus(timestamp)]],
  ['timestamp - duration', ['timestamp', less(timestamp)]],
  ['timestamp - timestamp', ['duration', less(duration)]],
  ['duration + duration', ['duration', plus(duration)]],
  ['duration - duration', ['duration', less(duration)]],
])

/** `+ - * / %`. */
export function arithmetic(node: ASTNode, parts: Pair): Expression {
  const [left, right] = parts
  const found = COMPUTED.get(`${left.type.kind} ${node.op} ${right.type.kind}`)
  if (found === undefined) {
    const types = `${typeName(left.type)} ${node.op} ${typeName(right.type)}`
    throw mistakeAt(
      node,
      `there is no ${types}: filters calculate with numbers of one type, timestamps and durations`,
    )
  }
  const [kind, compute] = found
  const computed = expression(node, { kind }, parts, (run) => {
    const one = left.run(run)
    if (one === undefined) return undefined
    const other = right.run(run)
    return other === undefined ? undefined : compute(one as never, other as never)
  })
  return folded(computed, 'it has no value: the result is out of range, or the divisor is 0')
}

export function minus(node: ASTNode, part: Expression): Expression {
  const { type } = part
  if (type.kind !== 'int' && type.kind !== 'double')
    throw mistakeAt(node, `- expects int or double, not ${typeName(type)}`)
  const negated = expression(node, type, [part], (run) => {
    const value = part.run(run)
    if (typeof value === 'bigint') return asInt(-value)
    return value === undefined ? undefined : -(value as number)
  })
  return folded(negated, 'it is out of range')
}
