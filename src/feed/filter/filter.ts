import type { ASTNode, Environment, ParseResult } from '@marcbachmann/cel-js'
import type { SchemaManifest } from '../../wire/schema-manifest'
import type { Image } from '../image'
import { Problem } from '../problem'
import type { Equality } from './equality'
import { equalitiesOf } from './equality'
import { fieldPath } from './field-path'
import { LINEAR_MATCHES, filterEnvironment } from './filter-environment'
import type { Projection } from './projection'

/** Whether a fact is in the set. What cannot be told, because a field is absent or a division by zero, is not in it. */
export interface Filter {
  (image: Image): boolean
  /** What every fact in the set has. */
  readonly equalities: readonly Equality[]
}

export const EVERY_FACT: Filter = filterOf(() => true)

export function filterOf(
  holds: (image: Image) => boolean,
  equalities: readonly Equality[] = [],
): Filter {
  return Object.assign(holds, { equalities })
}

const MAX_CHARACTERS = 4_096
const MACROS: ReadonlySet<string> = new Set(['exists', 'exists_one', 'all', 'map', 'filter'])

/** Compiles filters over one message. */
export class FilterCompiler {
  private readonly environment: Environment

  constructor(
    private readonly fullName: string,
    private readonly schemas: SchemaManifest,
    /** What of a fact the filters get to see. */
    private readonly visible: Projection = (context) => context,
  ) {
    this.environment = filterEnvironment(fullName, schemas)
  }

  /** Throws Problem `filter-invalid`, which says where and what. */
  compile(text: string): Filter {
    if (text.length > MAX_CHARACTERS) {
      throw invalid(`The filter has ${text.length} characters; ${MAX_CHARACTERS} is the most.`)
    }
    const parsed = this.checked(text)
    return filterOf((image) => {
      const context = this.visible(image.context)
      try {
        return parsed({ ...context, fact: context }) === true
      } catch {
        return false
      }
    }, equalitiesOf(parsed.ast))
  }

  private checked(text: string): ParseResult {
    try {
      const parsed = this.environment.parse(text)
      this.inspect(parsed.ast, 0)
      const { valid, type, error } = parsed.check()
      if (!valid) throw error ?? new Error('it does not fit the message')
      if (type !== 'bool')
        throw invalid(`The filter is of type ${type ?? 'unknown'}; bool is expected.`)
      return parsed
    } catch (error) {
      throw error instanceof Problem ? error : mistake(error, text)
    }
  }

  /** Bounds what the filter costs, and takes `matches` to linear time. The library's own limits bound its size. */
  private inspect(node: ASTNode, macros: number): void {
    const { op, args } = node as { readonly op: string; readonly args: unknown }
    let inside = macros
    if (op === 'rcall' && Array.isArray(args)) {
      if (args[0] === 'matches') args[0] = LINEAR_MATCHES
      if (MACROS.has(String(args[0]))) {
        inside += 1
        if (inside > 1) {
          const position = node.pos
          throw invalid(`The macro "${String(args[0])}" stands inside another one.`, { position })
        }
      }
    }
    if (op === 'call' && Array.isArray(args) && args[0] === 'has')
      this.inspectHas(args[1], node.pos)
    for (const part of Array.isArray(args) ? args.flat(3) : [args]) {
      if (isNode(part)) this.inspect(part, inside)
    }
  }

  /** The library takes any name in `has`. */
  private inspectHas(args: unknown, position: number): void {
    const names: string[] = []
    let node: unknown = (args as readonly unknown[])[0]
    while (isNode(node) && node.op === '.') {
      names.unshift(node.args[1])
      node = node.args[0]
    }
    if (!isNode(node) || node.op !== 'id') return
    const root = node.args
    const path = [...(root === 'fact' ? [] : [root]), ...names].join('.')
    if (!this.environment.hasVariable(root)) return
    if (fieldPath(path, this.fullName, this.schemas)?.join('.') !== path) {
      throw invalid(`There is no field "${path}".`, { position, field: path })
    }
  }
}

const isNode = (part: unknown): part is ASTNode =>
  typeof part === 'object' && part !== null && 'op' in part && 'args' in part

interface Mistake {
  readonly summary?: string
  readonly message?: string
  readonly range?: { readonly start: number; readonly end: number }
}

function mistake(error: unknown, text: string): Problem {
  const { summary, message, range } = error as Mistake
  const what = (summary ?? message ?? 'it cannot be read').split('\n')[0] ?? ''
  if (range === undefined) return invalid(`The filter cannot be used: ${what}.`)
  const field = text.slice(range.start, range.end)
  const where =
    range.start >= text.length ? 'at its end' : `at character ${range.start + 1}, "${field}"`
  return invalid(`The filter is wrong ${where}: ${what}.`, { position: range.start, field })
}

const invalid = (detail: string, members: Readonly<Record<string, unknown>> = {}): Problem =>
  new Problem('filter-invalid', detail, members)
