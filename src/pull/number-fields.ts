import type { LockedEnum, LockedField } from './lock'
import { constantName, labelName, RESERVED_FIELDS, Scope } from './names'

/** A field that a message should have. */
export interface WantedField {
  /** See LockedField. */
  readonly of: string
  readonly type: string
  /** Name that it gets where that is free. */
  readonly name: string
}

export interface NumberedFields {
  readonly fields: readonly LockedField[]
  readonly gone: readonly LockedField[]
}

/** The header is number 1. */
const FIRST_NUMBER = 2
/** Numbers that protobuf keeps for itself. */
const [RESERVED_FROM, RESERVED_TO] = [19_000, 19_999]

/**
 * Names and numbers of a message's fields:
 *
 * - a field keeps its number and name while its type is the same;
 * - one that is no longer wanted is gone: its number and its name are reserved, and no other field gets them;
 * - one that returns with the type it had gets its old number and name;
 * - one whose type changed is another field: the old one is gone, the new one has a new number and a new name.
 */
export function numberFields(
  known: NumberedFields,
  wanted: readonly WantedField[],
): NumberedFields {
  const all = [...known.fields, ...known.gone]
  const scope = new Scope([...RESERVED_FIELDS, ...all.map(({ name }) => name)])
  const kept = new Map(
    wanted.flatMap(({ of, type }): readonly (readonly [string, LockedField])[] => {
      const same = all.find((field) => field.of === of && field.type === type)
      return same === undefined ? [] : [[of, same]]
    }),
  )
  let next = Math.max(FIRST_NUMBER - 1, ...all.map(({ number }) => number))
  const fields = wanted.map(({ of, type, name }): LockedField => {
    const same = kept.get(of)
    if (same !== undefined) return same
    next += 1
    if (next >= RESERVED_FROM && next <= RESERVED_TO) next = RESERVED_TO + 1
    return { number: next, name: scope.claim(name), of, type }
  })
  const left = new Set(fields.map(({ number }) => number))
  return {
    fields: [...fields].sort(byNumber),
    gone: all.filter(({ number }) => !left.has(number)).sort(byNumber),
  }
}

const byNumber = (a: LockedField, b: LockedField): number => a.number - b.number

/**
 * Names and numbers of an enum's values. A label keeps them for good, also when the type no longer has it: records from before
 * hold it, and PostgreSQL cannot drop a label, only rename it.
 */
export function numberLabels(known: LockedEnum, labels: readonly string[]): LockedEnum {
  const prefix = constantName(known.name)
  const scope = new Scope([`${prefix}_UNSPECIFIED`, ...known.values.map(({ name }) => name)])
  const values = [...known.values]
  for (const label of labels) {
    if (values.some((value) => value.label === label)) continue
    const number = Math.max(0, ...values.map((value) => value.number)) + 1
    values.push({ number, name: scope.claim(`${prefix}_${labelName(label)}`, '_'), label })
  }
  return { name: known.name, values }
}
