import type { ASTNode } from '@marcbachmann/cel-js'
import { Environment } from '@marcbachmann/cel-js'
import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { Image } from '../image/image'
import { Problem } from '../problem'
import type { Choice, Equality } from './equality'
import { choicesOf, equalitiesOf } from './equality'
import { FilterExpressions } from './filter-expressions'
import { invalidFilter } from './filter-mistake'
import { FilterRun, MOST_STEPS, TooCostly } from './filter-run'
import type { Projection } from './projection'
import { typeName } from '../image/value-type'

/**
 * Whether a fact is in the set. A fact without a result, because of an absent field or a division by zero, is not. Throws
 * Problem `filter-too-costly` when the fact is too large for it.
 */
export interface Filter {
  (image: Image): boolean
  /** Values that every fact in the set has. */
  readonly equalities: readonly Equality[]
  /** Lists of values of which every fact in the set has one. */
  readonly choices: readonly Choice[]
}

export const EVERY_FACT: Filter = filterOf(() => true)

export function filterOf(
  holds: (image: Image) => boolean,
  choices: readonly Choice[] = [],
): Filter {
  return Object.assign(holds, { choices, equalities: equalitiesOf(choices) })
}

const MAX_CHARACTERS = 4_096
/** Limits of the parser; see PROTOCOL.md R30. */
const LIMITS = {
  maxAstNodes: 200,
  maxDepth: 24,
  maxListElements: 100,
  maxMapEntries: 16,
  maxCallArguments: 8,
}
/** Used as a parser only: types and evaluation are implemented here. */
const language = new Environment({ limits: LIMITS })

/** Compiles filters over one message. */
export class FilterCompiler {
  constructor(
    private readonly fullName: string,
    private readonly schemas: SchemaManifest,
    /** The visible part of a fact. */
    private readonly visible: Projection = (context) => context,
  ) {}

  /** Throws Problem `filter-invalid` with position and reason. */
  compile(text: string): Filter {
    if (text.length > MAX_CHARACTERS) {
      throw invalidFilter(
        `The filter has ${text.length} characters; ${MAX_CHARACTERS} is the most.`,
      )
    }
    const ast = parsed(text)
    const whole = new FilterExpressions(this.fullName, this.schemas).of(ast)
    if (whole.type.kind !== 'bool') {
      throw invalidFilter(`The filter is of type ${typeName(whole.type)}; bool is expected.`)
    }
    return filterOf((image) => {
      try {
        return whole.run(new FilterRun(this.visible(image.context))) === true
      } catch (error) {
        throw error instanceof TooCostly ? tooCostly(image) : error
      }
    }, choicesOf(ast))
  }
}

function parsed(text: string): ASTNode {
  try {
    return language.parse(text).ast
  } catch (error) {
    throw misread(error, text)
  }
}

interface Misread {
  readonly summary?: string
  readonly message?: string
  readonly range?: { readonly start: number; readonly end: number }
}

function misread(error: unknown, text: string): Problem {
  const { summary, message, range } = error as Misread
  const what = (summary ?? message ?? 'it cannot be parsed').split('\n')[0] ?? ''
  if (range === undefined) return invalidFilter(`The filter is invalid: ${what}.`)
  const field = text.slice(range.start, range.end)
  const where =
    range.start >= text.length ? 'at its end' : `at character ${range.start + 1}, "${field}"`
  return invalidFilter(`The filter is wrong ${where}: ${what}.`, { position: range.start, field })
}

function tooCostly({ context }: Image): Problem {
  const header = context['header'] as { readonly subject?: string } | undefined
  const subject = header?.subject ?? ''
  return new Problem(
    'filter-too-costly',
    `On the fact of subject "${subject}" the filter exceeds its budget of ${MOST_STEPS} steps for one fact. Most steps are spent by matches, contains, exists and similar functions on large fields: apply them to smaller fields, or put a condition before them that this fact does not match (condition && ...).`,
    { subject },
  )
}
