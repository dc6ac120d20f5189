import type { Faker } from '@faker-js/faker'
import type { NewPrimary } from '../models/primary'
import { status } from '../models/primary'
import { awkward, awkwardList } from './awkward'
import type { EpochMillis } from './moment'
import { chance, day, instant, localMoment, timeOfDay } from './moment'
import { noise } from './noise'

const YEAR = 365 * 86_400_000
/** One above the largest integer a JavaScript number holds exactly. */
const BEYOND_DOUBLE = 2n ** 53n + 1n
const MAX_BIGINT = 2n ** 63n - 1n

/** A made-up primary, of the given secondary or of none; `now` bounds its times. */
export function primaryRow(faker: Faker, now: EpochMillis, secondaryId: bigint | null): NewPrimary {
  const createdAt = instant(faker, now - YEAR, now)
  const orNull = <T>(value: () => T): T | null => (chance(faker, 0.2) ? null : value())
  return {
    secondaryId,
    title: awkward(faker, faker.commerce.productName(), 200),
    status: faker.helpers.arrayElement(status.enumValues),
    serialNumber: faker.number.bigInt({ min: BEYOND_DOUBLE, max: MAX_BIGINT }),
    amount: amount(faker),
    quantity: faker.number.int({ min: -10, max: 2_147_483_647 }),
    score: orNull(() => score(faker)),
    verified: chance(faker, 0.5),
    notes: notes(faker),
    externalId: faker.string.uuid(),
    happenedAt: orNull(() => localMoment(faker, now - YEAR, now)),
    dueOn: orNull(() => day(faker, now, now + YEAR)),
    remindAt: orNull(() => timeOfDay(faker)),
    leadTime: orNull(() => leadTime(faker)),
    attributes: {
      colour: faker.color.human(),
      weight: faker.number.float({ max: 100, fractionDigits: 3 }),
      origin: { country: faker.location.country(), note: awkward(faker, faker.word.noun(), 80) },
      sizes: faker.helpers.multiple(() => faker.number.int({ max: 100 }), { count: 3 }),
      checked: chance(faker, 0.5),
      absent: null,
    },
    labels: awkwardList(faker, 5).map((label) => (chance(faker, 0.15) ? null : label)),
    fingerprint: orNull(() => noise(faker, faker.number.int({ min: 0, max: 32 }))),
    createdAt,
    updatedAt: chance(faker, 0.5) ? createdAt : instant(faker, Date.parse(createdAt) + 1, now + 1),
  }
}

/** numeric(20,4) as exact text, up to sixteen digits before the point, some negative. */
export function amount(faker: Faker): string {
  const whole = faker.number.bigInt({
    max: 10n ** BigInt(faker.number.int({ min: 1, max: 16 })) - 1n,
  })
  const fraction = String(faker.number.int({ max: 9999 })).padStart(4, '0')
  return `${chance(faker, 0.1) ? '-' : ''}${whole}.${fraction}`
}

/** Null, a sentence, some paragraphs that compress, or 8 to 14 kB that do not and so are stored out of line. */
export function notes(faker: Faker): string | null {
  const kind = faker.number.float()
  if (kind < 0.2) return null
  if (kind < 0.7) return awkward(faker, faker.lorem.sentence(), 400)
  if (kind < 0.85) return `${awkward(faker, faker.lorem.paragraph(), 400)} `.repeat(12)
  return noise(faker, faker.number.int({ min: 6200, max: 10_500 })).toString('base64')
}

function score(faker: Faker): number {
  return faker.helpers.weightedArrayElement([
    { weight: 8, value: faker.number.float({ min: -1, max: 1 }) },
    { weight: 1, value: 0.1 + 0.2 },
    { weight: 1, value: 1.7976931348623157e308 },
    { weight: 1, value: 5e-324 },
    { weight: 1, value: 1e21 },
    { weight: 1, value: 3 },
  ])
}

/** An interval as ISO 8601; one in ten negative, one in four of days only. */
function leadTime(faker: Faker): string {
  const sign = chance(faker, 0.1) ? '-' : ''
  const upTo = (max: number): string => `${sign}${faker.number.int({ max })}`
  if (chance(faker, 0.25)) return `P${upTo(60)}D`
  const micros = String(faker.number.int({ max: 999_999 })).padStart(6, '0')
  return `P${upTo(3)}Y${upTo(11)}M${upTo(30)}DT${upTo(23)}H${upTo(59)}M${upTo(59)}.${micros}S`
}
