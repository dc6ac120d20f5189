import type { ASTNode } from '@marcbachmann/cel-js'
import { BoundedPattern, PatternMistake } from './bounded-pattern'
import type { Expression } from './expression'
import { checkVaries, expression, folded } from './expression'
import type { FunctionForm } from './filter-functions'
import { FUNCTIONS } from './filter-functions'
import { MACROS } from './filter-macros'
import { mistakeAt, unknownName } from './filter-mistake'
import { FilterRun } from './filter-run'
import { isZone } from './timestamp'
import type { Domain, ValueType } from '../image/value-type'
import { typeName } from '../image/value-type'

/** A call in a filter. */
export interface Call {
  readonly node: ASTNode
  readonly name: string
  readonly isMethod: boolean
  /** A method's value first. */
  readonly args: readonly Expression[]
}

const METHODS = [
  ...new Set(FUNCTIONS.filter(({ isMethod }) => isMethod).map(({ name }) => name)),
  'matches',
  ...MACROS,
]
const GLOBALS = [
  'has',
  ...new Set(FUNCTIONS.filter(({ isMethod }) => !isMethod).map(({ name }) => name)),
]

export function call({ node, name, isMethod, args }: Call): Expression {
  if (isMethod && name === 'matches') return matches(node, args)
  const named = FUNCTIONS.filter((one) => one.name === name && one.isMethod === isMethod)
  if (named.length === 0) throw notAllowed(node, name, isMethod)
  const form = named.find(
    ({ params }) =>
      params.length === args.length &&
      params.every((kind, index) => kind === args[index]?.type.kind),
  )
  if (form === undefined) {
    throw mistakeAt(node, `${name} does not take ${types(args)}. It takes ${forms(named)}`)
  }
  if (name.startsWith('get') && args[1] !== undefined) refuseZone(args[1])
  const made = applied(node, form, args)
  return made.isConstant ? folded(made, form.expects) : varying(made, form, args)
}

/** Lists the functions that may be called instead. */
export function notAllowed(node: ASTNode, name: string, isMethod: boolean): Error {
  const known = isMethod ? METHODS : GLOBALS
  const kind = isMethod ? 'method' : 'function'
  const end = unknownName(name, known)
  return mistakeAt(node, `there is no ${kind} ${name} in filters.${end}`, { known })
}

function applied(node: ASTNode, form: FunctionForm, args: readonly Expression[]): Expression {
  const [first, second, third] = args
  const { apply } = form
  return expression(node, { kind: form.result }, args, (run) => {
    const one = first?.run(run)
    if (one === undefined) return undefined
    if (second === undefined) return apply(run, one as never)
    const two = second.run(run)
    if (two === undefined) return undefined
    if (third === undefined) return apply(run, one as never, two as never)
    const three = third.run(run)
    return three === undefined ? undefined : apply(run, one as never, two as never, three as never)
  })
}

/** For a field with few values, the results of the function for each. */
function varying(made: Expression, form: FunctionForm, args: readonly Expression[]): Expression {
  const [of, ...others] = args
  if (of?.domain?.values === undefined || !others.every((one) => one.isConstant)) return made
  const run = new FilterRun({})
  const rest = others.map((one) => one.run(run) as never)
  const values = of.domain.values.map((value) => form.apply(run, value as never, ...rest))
  return ranging(made, of.domain, values)
}

function ranging(made: Expression, domain: Domain, results: readonly unknown[]): Expression {
  checkVaries(made.node, domain, results)
  const values = [...new Set(results)].filter((value) => value !== undefined)
  return { ...made, domain: { of: domain.of, values } }
}

function matches(node: ASTNode, [text, pattern, ...more]: readonly Expression[]): Expression {
  if (text?.type.kind !== 'string' || pattern?.type.kind !== 'string' || more.length > 0)
    throw mistakeAt(
      node,
      'matches is a method of string, and takes a regular expression as a string',
    )
  if (!pattern.isConstant)
    throw mistakeAt(pattern.node, 'the pattern of matches must be a literal, not a field')
  const compiled = compiledPattern(pattern.node, String(pattern.run(new FilterRun({}))))
  const type: ValueType = { kind: 'bool' }
  const made = expression(node, type, [text, pattern], (run) => {
    const value = text.run(run)
    return value === undefined ? undefined : compiled.test(run, value as string)
  })
  if (made.isConstant) return folded(made, 'it has no value')
  if (text.domain?.values === undefined) return made
  const run = new FilterRun({})
  return ranging(
    made,
    text.domain,
    text.domain.values.map((value) => compiled.test(run, String(value))),
  )
}

function compiledPattern(node: ASTNode, pattern: string): BoundedPattern {
  try {
    return new BoundedPattern(pattern)
  } catch (error) {
    if (!(error instanceof PatternMistake)) throw error
    throw mistakeAt(node, error.message)
  }
}

function refuseZone(zone: Expression): void {
  if (!zone.isConstant) throw mistakeAt(zone.node, 'the zone must be a literal, not a field')
  if (!isZone(String(zone.run(new FilterRun({})))))
    throw mistakeAt(zone.node, 'expected a zone, like "Europe/Berlin" or "+02:00"')
}

const types = (args: readonly Expression[]): string =>
  args.length === 0 ? 'nothing' : args.map(({ type }) => typeName(type)).join(', ')

const forms = (named: readonly FunctionForm[]): string =>
  named.map(({ params }) => `(${params.join(', ')})`).join(' or ')
