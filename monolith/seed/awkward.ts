import type { Faker } from '@faker-js/faker'
import { chance } from './moment'

const PIECES = [
  'Žižkov — 東京 🚀',
  'the "quoted" one',
  "O'Brien & sons",
  'C:\\temp\\new',
  'tab\tand\nline',
  '{curly, comma}',
  'e\u0301 is not \u00e9',
  '\u202eright to left\u202c',
  '${not.a.placeholder}',
  '100 % ; -- DROP',
] as const

/** The text, one time in four with a piece that careless code breaks: quotes, backslashes, controls, other scripts. */
export function awkward(faker: Faker, text: string, maxLength: number): string {
  if (!chance(faker, 0.25)) return text.slice(0, maxLength)
  const piece = faker.helpers.arrayElement(PIECES)
  return `${text.slice(0, Math.max(0, maxLength - piece.length - 1))} ${piece}`
}

/** Up to `max` short texts: words, empty texts, texts with commas, braces and quotes. */
export function awkwardList(faker: Faker, max: number): readonly string[] {
  return faker.helpers.multiple(
    () => (chance(faker, 0.05) ? '' : awkward(faker, faker.word.noun(), 60)),
    { count: { min: 0, max } },
  )
}
