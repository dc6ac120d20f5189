import type { Faker } from '@faker-js/faker'
import type { NewEvent } from '../models/event'
import { awkward } from './awkward'
import type { EpochMillis } from './moment'
import { chance, instant } from './moment'

const HOUR = 3_600_000
const SUBSCRIBERS = ['team-a', 'team-b'] as const

/** A made-up event, one in five for one subscriber alone, one in ten a patch of the given one; `now` bounds its time. */
export function eventRow(faker: Faker, now: EpochMillis, earlier: bigint | undefined): NewEvent {
  const patchOf = earlier !== undefined && chance(faker, 0.1) ? earlier : null
  return {
    type: patchOf === null ? faker.helpers.arrayElement(['insert', 'update', 'delete']) : 'patch',
    timestamp: instant(faker, now - HOUR, now),
    subscriber: chance(faker, 0.2) ? faker.helpers.arrayElement(SUBSCRIBERS) : null,
    payload: {
      name: awkward(faker, faker.commerce.productName(), 120),
      quantity: faker.number.int({ max: 10_000 }),
      tags: faker.helpers.multiple(() => faker.word.noun(), { count: { min: 0, max: 3 } }),
    },
    patchOf,
  }
}
