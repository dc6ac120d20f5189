/** A count with its noun, in the plural when it is not 1. */
export const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? '' : 's'}`
