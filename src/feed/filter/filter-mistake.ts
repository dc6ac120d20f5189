import type { ASTNode } from '@marcbachmann/cel-js'
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
  const near = nearest(name, known)
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`
  return `${hint} There ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`
}

/** The known name that differs by the fewest letters, when these are few. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const most = Math.ceil(name.length / 3)
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > most) continue
    const distance = distanceOf(name.toLowerCase(), candidate.toLowerCase())
    if (distance <= most && distance < (best?.distance ?? Infinity)) {
      best = { name: candidate, distance }
    }
  }
  return best?.name
}

/** Levenshtein's. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of Array.from(one).entries()) {
    const next = [index + 1]
    for (const [at, another] of Array.from(other).entries()) {
      const changed = (row[at] ?? 0) + (letter === another ? 0 : 1)
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
