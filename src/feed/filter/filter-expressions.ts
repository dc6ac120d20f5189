import type { ASTNode } from '@marcbachmann/cel-js'
import { UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { Expression } from './expression'
import { expression, folded, literal } from './expression'
import { arithmetic, minus } from './filter-arithmetic'
import { call, notAllowed } from './filter-calls'
import { comparison, isAlike } from './filter-comparison'
import { logical, negation, ternary } from './filter-logic'
import { MACROS, elementOf, macro } from './filter-macros'
import type { Scope } from './filter-macros'
import { mistakeAt, unknownName } from './filter-mistake'
import { FilterRun } from './filter-run'
import type { ValueType } from '../image/value-type'
import { fieldDomain, fieldType, fieldsOf, typeName } from '../image/value-type'

const MAX_PATTERNS = 8
const [LEAST_INT, MOST_INT] = [-(2n ** 63n), 2n ** 63n - 1n]

/**
 * Compiles the parts of one filter to expressions. Only the syntax handled here is supported; everything else is rejected with
 * its position in the text.
 */
export class FilterExpressions {
  private patterns = 0

  constructor(
    private readonly fullName: string,
    private readonly schemas: SchemaManifest,
  ) {}

  of(node: ASTNode, scope?: Scope): Expression {
    switch (node.op) {
      case 'value':
        return this.value(node, node.args)
      case 'id':
        return this.name(node, node.args, scope)
      case '.':
        return this.field(node, this.of(node.args[0], scope), node.args[1])
      case '[]':
        return this.indexed(node, node.args, scope)
      case 'call':
        return this.call(node, node.args, scope)
      case 'rcall':
        return this.method(node, node.args, scope)
      case 'list':
        return this.list(node, node.args, scope)
      case '?:':
        return ternary(node, this.of(node.args[0], scope), this.pair(node.args, scope, 1))
      case '&&':
      case '||':
        return logical(node, this.pair(node.args, scope))
      case '!_':
        return negation(node, this.of(node.args, scope))
      case '-_':
        return this.minus(node, node.args, scope)
      case '==':
      case '!=':
      case 'in':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return comparison(node, this.pair(node.args, scope))
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
        return arithmetic(node, this.pair(node.args, scope))
      case 'map':
      case '.?':
      case '[?]':
      default:
        throw mistakeAt(node, 'this is not supported in filters')
    }
  }

  private pair(
    nodes: readonly ASTNode[],
    scope: Scope | undefined,
    from = 0,
  ): readonly [Expression, Expression] {
    const [left, right] = nodes.slice(from) as [ASTNode, ASTNode]
    return [this.of(left, scope), this.of(right, scope)]
  }

  private value(node: ASTNode, value: unknown): Expression {
    if (typeof value === 'string') return literal(node, { kind: 'string' }, value)
    if (typeof value === 'boolean') return literal(node, { kind: 'bool' }, value)
    if (typeof value === 'number') return literal(node, { kind: 'double' }, value)
    if (value === null) return literal(node, { kind: 'null' }, value)
    if (value instanceof UnsignedInt) return literal(node, { kind: 'uint' }, value.valueOf())
    if (value instanceof Uint8Array) return literal(node, { kind: 'bytes' }, value)
    return integer(node, value as bigint)
  }

  private minus(node: ASTNode, part: ASTNode, scope: Scope | undefined): Expression {
    // The lowest int is not a literal without its sign.
    if (part.op === 'value' && typeof part.args === 'bigint') return integer(node, -part.args)
    return minus(node, this.of(part, scope))
  }

  private name(node: ASTNode, name: string, scope: Scope | undefined): Expression {
    if (name === scope?.name) return { ...scope.element, node }
    if (LANGUAGE.has(name)) {
      throw mistakeAt(
        node,
        `${name} is a name of the language: a field of that name is fact.${name}`,
      )
    }
    const type: ValueType = { kind: 'message', of: this.fullName }
    const fact = expression(node, type, [], (run) => run.fact)
    return name === 'fact' ? fact : this.field(node, fact, name)
  }

  private field(node: ASTNode, target: Expression, name: string): Expression {
    const { type } = target
    if (type.kind === 'map') {
      return expression(node, type.of, [target], (run) =>
        (target.run(run) as ReadonlyMap<string, unknown> | undefined)?.get(name),
      )
    }
    if (type.kind !== 'message') {
      const hint = type.kind === 'list' ? '; exists() tests its elements' : ''
      throw mistakeAt(node, `a ${typeName(type)} has no fields${hint}`)
    }
    const fields = fieldsOf(type.of, this.schemas)
    const field = fields.find((one) => one.name === name)
    if (field === undefined) {
      const names = fields.map((one) => one.name)
      throw mistakeAt(node, `there is no field "${name}".${unknownName(name, names)}`, {
        field: name,
        known: names,
      })
    }
    return {
      ...expression(
        node,
        fieldType(field),
        [target],
        (run) => (target.run(run) as Readonly<Record<string, unknown>> | undefined)?.[name],
      ),
      isConstant: false,
      domain: fieldDomain(field, this.schemas),
    }
  }

  private indexed(
    node: ASTNode,
    nodes: readonly [ASTNode, ASTNode],
    scope: Scope | undefined,
  ): Expression {
    const [target, index] = this.pair(nodes, scope)
    const { type } = target
    if (type.kind === 'message' && index.type.kind === 'string' && index.isConstant)
      return this.field(node, target, String(index.run(new FilterRun({}))))
    if (type.kind === 'map' && index.type.kind === 'string') {
      return expression(node, type.of, [target, index], (run) => {
        const map = target.run(run) as ReadonlyMap<unknown, unknown> | undefined
        return map?.get(index.run(run))
      })
    }
    if (type.kind !== 'list' || index.type.kind !== 'int') {
      throw mistakeAt(node, `a ${typeName(type)} has no index of type ${typeName(index.type)}`)
    }
    return {
      ...expression(node, type.of, [target, index], (run) => {
        const list = target.run(run) as readonly unknown[] | undefined
        const at = index.run(run)
        return at === undefined ? undefined : list?.[Number(at)]
      }),
      isConstant: false,
      literals: target.literals,
      isClosed: target.isClosed,
      domain: target.domain,
    }
  }

  private list(node: ASTNode, nodes: readonly ASTNode[], scope: Scope | undefined): Expression {
    const parts = nodes.map((one) => this.of(one, scope))
    const [first] = parts
    const type = first?.type ?? { kind: 'nothing' as const }
    const other = parts.find((part) => !isAlike(part.type, type))
    if (other !== undefined) {
      throw mistakeAt(
        other.node,
        `the elements of a list have the same type, not ${typeName(type)} and ${typeName(other.type)}`,
      )
    }
    const made = expression(node, { kind: 'list', of: type }, parts, (run) => {
      const values = parts.map((part) => part.run(run))
      return values.includes(undefined) ? undefined : values
    })
    const list = {
      ...made,
      isConstant: parts.every((part) => part.isConstant),
      literals: parts.flatMap((part) => part.literals),
      isClosed: parts.every((part) => part.isClosed),
    }
    return folded(list, 'an element has no value')
  }

  private call(
    node: ASTNode,
    [name, nodes]: readonly [string, readonly ASTNode[]],
    scope: Scope | undefined,
  ): Expression {
    const [only] = nodes
    if (name === 'has') return this.has(node, only, scope)
    if (name === 'dyn' || MACROS.includes(name)) throw notAllowed(node, name, false)
    return call({ node, name, isMethod: false, args: nodes.map((one) => this.of(one, scope)) })
  }

  /** Whether a field is present. */
  private has(node: ASTNode, part: ASTNode | undefined, scope: Scope | undefined): Expression {
    if (part?.op !== '.') throw mistakeAt(node, 'has() takes a field, like has(fact.notes)')
    const target = this.of(part.args[0], scope)
    const name = part.args[1]
    const field = this.field(node, target, name)
    return expression(node, { kind: 'bool' }, [target], (run) =>
      target.run(run) === undefined ? undefined : field.run(run) !== undefined,
    )
  }

  private method(
    node: ASTNode,
    [name, of, nodes]: readonly [string, ASTNode, readonly ASTNode[]],
    scope: Scope | undefined,
  ): Expression {
    // Namespaces, such as cel.bind, are not values.
    if (of.op === 'id' && this.isNamespace(of.args, scope))
      throw notAllowed(node, `${of.args}.${name}`, false)
    if (MACROS.includes(name)) return this.macro(node, name, of, nodes, scope)
    if (name === 'matches') {
      this.patterns += 1
      if (this.patterns > MAX_PATTERNS)
        throw mistakeAt(node, `a filter has ${MAX_PATTERNS} patterns at most`)
    }
    const args = [of, ...nodes].map((one) => this.of(one, scope))
    return call({ node, name, isMethod: true, args })
  }

  private isNamespace(name: string, scope: Scope | undefined): boolean {
    const isField = fieldsOf(this.fullName, this.schemas).some((field) => field.name === name)
    return NAMESPACES.has(name) && !isField && scope?.name !== name
  }

  private macro(
    node: ASTNode,
    name: string,
    of: ASTNode,
    nodes: readonly ASTNode[],
    scope: Scope | undefined,
  ): Expression {
    if (scope !== undefined) throw mistakeAt(node, `the macro "${name}" is nested in another one`)
    const list = this.of(of)
    const [variable, body, ...more] = nodes
    if (variable?.op !== 'id' || body === undefined || more.length > 0)
      throw mistakeAt(
        node,
        `${name} takes a name and what to ask of each element, like labels.${name}(l, l != "")`,
      )
    return macro(node, name, list, this.of(body, { name: variable.args, element: elementOf(list) }))
  }
}

/** Names of CEL's types and namespaces, which are not variables. */
const LANGUAGE: ReadonlySet<string> = new Set([
  'bool',
  'bytes',
  'double',
  'int',
  'list',
  'map',
  'null_type',
  'string',
  'type',
  'uint',
  'cel',
  'google',
  'optional',
])

/** Namespaces of CEL and its extensions. */
const NAMESPACES: ReadonlySet<string> = new Set([
  'cel',
  'optional',
  'google',
  'math',
  'sets',
  'strings',
])

function integer(node: ASTNode, value: bigint): Expression {
  if (value < LEAST_INT || value > MOST_INT)
    throw mistakeAt(node, `an int must be from ${LEAST_INT} to ${MOST_INT}`)
  return literal(node, { kind: 'int' }, value)
}
