import type { Faker } from '@faker-js/faker'
import type { NewTertiary } from '../models/tertiary'
import { region } from '../models/tertiary'
import { awkward } from './awkward'
import type { EpochMillis } from './moment'
import { chance, day, instant, timeOfDay } from './moment'

const YEAR = 365 * 86_400_000

/** A made-up tertiary; `now` bounds its times. */
export function tertiaryRow(faker: Faker, now: EpochMillis): NewTertiary {
  const createdAt = instant(faker, now - 2 * YEAR, now)
  return {
    id: faker.string.uuid(),
    name: awkward(faker, faker.company.name(), 120),
    region: faker.helpers.arrayElement(region.enumValues),
    foundedOn: chance(faker, 0.2) ? null : day(faker, now - 150 * YEAR, now),
    opensAt: chance(faker, 0.2) ? null : timeOfDay(faker),
    createdAt,
    updatedAt: chance(faker, 0.5) ? createdAt : instant(faker, Date.parse(createdAt) + 1, now + 1),
  }
}
