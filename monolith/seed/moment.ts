import type { Faker } from '@faker-js/faker'

/** Milliseconds since 1970, UTC. */
export type EpochMillis = number

/** A moment in [from, to) with microseconds, as `2026-01-02T03:04:05.678901`, without a zone. */
export function localMoment(faker: Faker, from: EpochMillis, to: EpochMillis): string {
  const millis = faker.number.int({ min: from, max: to - 1 })
  const micros = String(faker.number.int({ max: 999 })).padStart(3, '0')
  return new Date(millis).toISOString().slice(0, -1) + micros
}

/** The same as an instant: `2026-01-02T03:04:05.678901Z`. */
export function instant(faker: Faker, from: EpochMillis, to: EpochMillis): string {
  return `${localMoment(faker, from, to)}Z`
}

/** A day in [from, to), as `2026-01-02`. */
export function day(faker: Faker, from: EpochMillis, to: EpochMillis): string {
  return localMoment(faker, from, to).slice(0, 10)
}

/** A time of day, one in four on a whole minute, otherwise with microseconds. */
export function timeOfDay(faker: Faker): string {
  const time = localMoment(faker, 0, 86_400_000).slice(11)
  return chance(faker, 0.25) ? `${time.slice(0, 5)}:00` : time
}

/** True with the given probability, 0 to 1. */
export function chance(faker: Faker, probability: number): boolean {
  return faker.datatype.boolean({ probability })
}
