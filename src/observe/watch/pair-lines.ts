import type { colorsFor } from '../../colors'
import type { Piece } from './fitted-line'
import { clipped, fittedLine } from './fitted-line'
import type { Pair } from './pairing'
import { printable, printableJson, printableValue } from './printable'
import type { ShownField } from './shown-fields'
import { fieldsOfChange, fieldsOfFact, lastFields } from './shown-fields'
import type { Operation, WatchedChange } from './watched-change'
import type { DeadLetter, WatchedFact } from './watched-fact'

/** `fields`: what changed; `full`: rows and messages whole, header included; `json`: the same as a line of JSON. */
export type WatchStyle = 'fields' | 'full' | 'json'

export interface LineStyle {
  readonly style: WatchStyle
  readonly colors: ReturnType<typeof colorsFor>
  /** Columns of the terminal; undefined where lines stay whole. */
  readonly width: number | undefined
}

type Paint = (text: string) => string

/** Columns of one value on a terminal, so that a long one leaves room for others. */
const VALUE_WIDTH = 40

/** Columns of the operation, and of the arrow below it. */
const OPERATION_WIDTH = 9

/** A change, and below it the fact it became. */
export function pairLines({ change, fact }: Pair, line: LineStyle): readonly string[] {
  if (line.style === 'json') return [jsonLine(change, fact)]
  if (change === undefined) {
    const unseen = { text: '(a change that this watch did not see)', paint: line.colors.dim }
    return [fitted([unseen], line), factLine(fact, change, line)]
  }
  // The facts of its rows are of no change of their own.
  const isOfRows = change.operation === 'truncate' && fact === undefined
  return [changeLine(change, line), ...(isOfRows ? [] : [factLine(fact, change, line)])]
}

/** A change of a table that is only looked up, which becomes no fact of its own. */
export function lookedUpLine(change: WatchedChange, line: LineStyle): string {
  return line.style === 'json' ? jsonLine(change, undefined) : changeLine(change, line)
}

export function deadLetterLine(letter: DeadLetter, line: LineStyle): string {
  if (line.style === 'json') return printableJson({ deadLetter: letter })
  const { topic, partition, offset, code, message } = letter
  const text = printable(`dead letter ${topic}/${partition}/${offset} ${code}: ${message}`)
  return fitted([{ text, paint: line.colors.red }], line)
}

function changeLine(change: WatchedChange, line: LineStyle): string {
  const { colors: pc, style } = line
  const { operation, table, subject, fault, after, before } = change
  const title = [
    { text: (operation ?? '?').padEnd(OPERATION_WIDTH), paint: paintOf(operation, line) },
    { text: printable(subject === '' ? table : `${table} ${subject}`), paint: pc.bold },
    { text: '  ' },
  ]
  if (fault !== undefined)
    return fitted([...title, { text: printable(fault), paint: pc.red }], line)
  if (style === 'full')
    return fitted([...title, { text: printableJson(after ?? before ?? null), paint: pc.dim }], line)
  if (operation === 'truncate')
    return fitted([...title, { text: 'every row is deleted', paint: pc.dim }], line)
  const fields = fieldsOfChange(change)
  if (operation === 'delete') return fitted([...title, ...dimmed(fields, line)], line)
  const isSame = fields.length === 0 && operation === 'update' && before !== undefined
  return fitted(
    [...title, ...(isSame ? [{ text: 'no column changed', paint: pc.dim }] : list(fields, line))],
    line,
  )
}

function factLine(
  fact: WatchedFact | undefined,
  change: WatchedChange | undefined,
  line: LineStyle,
): string {
  const { colors: pc, style } = line
  const arrow = { text: '→ '.padStart(OPERATION_WIDTH), paint: pc.dim }
  if (fact === undefined) return fitted([arrow, { text: 'no fact yet', paint: pc.yellow }], line)
  const { type, subject, fault, message } = fact
  const title = [
    arrow,
    {
      text: printable(
        style === 'full' || subject !== change?.subject ? `${type} ${subject}` : type,
      ),
      paint: pc.cyan,
    },
    { text: '  ' },
  ]
  if (fault !== undefined)
    return fitted([...title, { text: printable(fault), paint: pc.red }], line)
  if (style === 'full')
    return fitted([...title, { text: printableJson(message), paint: pc.dim }], line)
  if (message === null || type.endsWith('.deleted')) {
    // The line above has what the row was, if that is known.
    const isShown = change !== undefined && fieldsOfChange(change).length > 0
    return fitted([...title, ...(isShown ? [] : dimmed(lastFields(fact), line))], line)
  }
  const fields = fieldsOfFact(fact, change)
  const isSame = fact.before !== undefined && fields.length === 0
  return fitted(
    [...title, ...(isSame ? [{ text: 'no field changed', paint: pc.dim }] : list(fields, line))],
    line,
  )
}

const jsonLine = (change: WatchedChange | undefined, fact: WatchedFact | undefined): string =>
  printableJson({
    change: change === undefined ? null : shown(change),
    fact: fact === undefined ? null : shown(fact),
  })

/** Without what pairs them. */
const shown = (half: WatchedChange | WatchedFact): object => ({
  ...half,
  pair: undefined,
  at: undefined,
})

/** What was, once. */
const dimmed = (fields: readonly ShownField[], line: LineStyle): readonly Piece[] =>
  list(fields, line).map(({ text }) => ({ text, paint: line.colors.dim }))

function list(fields: readonly ShownField[], { colors: pc, width }: LineStyle): readonly Piece[] {
  const value = (it: ShownField['value']): string => {
    const text = it === undefined ? 'none' : printableValue(it)
    return width === undefined ? text : clipped(text, VALUE_WIDTH)
  }
  return fields.flatMap((field, index): readonly Piece[] => [
    ...(index === 0 ? [] : [{ text: ', ', paint: pc.dim }]),
    { text: `${printable(field.name)} `, paint: pc.dim },
    ...(field.before === undefined
      ? [{ text: value(field.value) }]
      : [
          { text: value(field.before.value), paint: pc.red },
          { text: ' → ', paint: pc.dim },
          { text: value(field.value), paint: pc.green },
        ]),
  ])
}

function paintOf(operation: Operation | undefined, { colors: pc }: LineStyle): Paint {
  if (operation === 'update') return pc.yellow
  return operation === 'insert' || operation === 'snapshot' ? pc.green : pc.red
}

const fitted = (pieces: readonly Piece[], { width = Number.MAX_SAFE_INTEGER }: LineStyle): string =>
  fittedLine(pieces, width)
