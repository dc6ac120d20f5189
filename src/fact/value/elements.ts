import { ValueFault } from './value-fault'

/**
 * The elements of an array column, for a repeated field; none of an array that is NULL. Throws MAP_FAILED for a NULL element,
 * which a repeated field cannot hold: map it to a value of your own before.
 */
export function elementsOf<Value>(array: readonly (Value | null)[] | null): readonly Value[] {
  if (array === null) return []
  return array.map((element, index) => {
    if (element !== null) return element
    throw new ValueFault(
      `Element ${index + 1} of an array is NULL, which a repeated field cannot hold.`,
      array,
    )
  })
}
