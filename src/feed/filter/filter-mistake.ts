import type { ASTNode } from '@marcbachmann/cel-js'
import { didYouMean } from '../../nearest-name'
import { Problem } from '../problem'

export const invalidFilter = (
  detail: string,
  members: Readonly<Record<string, unknown>> = {},
): Problem => new Problem('filter-invalid', detail, members)

/** A problem with a part of the filter, and its position. */
export function mistakeAt(
  node: ASTNode,
  what: string,
  members: Readonly<Record<string, unknown>> = {},
): Problem {
  const field = node.input.slice(node.pos, node.end)
  return invalidFilter(`The filter is wrong at character ${node.pos + 1}, "${field}": ${what}.`, {
    position: node.pos,
    field,
    ...members,
  })
}

/** Suggests known names for an unknown one. */
export function unknownName(name: string, known: readonly string[]): string {
  return `${didYouMean(name, known)} There ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`
}
