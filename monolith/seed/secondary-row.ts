import type { Faker } from '@faker-js/faker'
import type { NewSecondary } from '../models/secondary'
import { awkward, awkwardList } from './awkward'
import type { EpochMillis } from './moment'
import { chance, instant } from './moment'

const YEAR = 365 * 86_400_000

/** A made-up secondary of the given tertiary; `now` bounds its times. */
export function secondaryRow(faker: Faker, now: EpochMillis, tertiaryId: string): NewSecondary {
  const createdAt = instant(faker, now - YEAR, now)
  return {
    tertiaryId,
    name: awkward(faker, `${faker.commerce.department()} ${faker.location.city()}`, 200),
    code: faker.string.alphanumeric({ length: { min: 4, max: 16 }, casing: 'upper' }),
    rating: chance(faker, 0.2) ? null : rating(faker),
    tags: [...awkwardList(faker, 4)],
    settings: {
      theme: faker.color.human(),
      limits: { daily: faker.number.int({ max: 10_000 }), ratio: faker.number.float() },
      motto: awkward(faker, faker.company.catchPhrase(), 120),
      flags: faker.helpers.multiple(() => chance(faker, 0.5), { count: { min: 0, max: 3 } }),
      parent: null,
    },
    active: chance(faker, 0.8),
    createdAt,
    updatedAt: chance(faker, 0.5) ? createdAt : instant(faker, Date.parse(createdAt) + 1, now + 1),
  }
}

/** 0.00 to 99.99 as exact text, trailing zeros included. */
function rating(faker: Faker): string {
  return `${faker.number.int({ max: 99 })}.${String(faker.number.int({ max: 99 })).padStart(2, '0')}`
}
