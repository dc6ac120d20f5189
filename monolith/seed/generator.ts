import type { Faker } from '@faker-js/faker'
import { faker } from '@faker-js/faker/locale/en'

/**
 * The generator of made-up values: the same seed gives the same values. Without one, values differ from run to run.
 * The only file that loads faker (an ESM-only package, and one locale of it: the index loads all seventy); everything
 * else takes the generator as an argument.
 */
export function generator(seed: readonly number[] | undefined): Faker {
  if (seed !== undefined) faker.seed([...seed])
  return faker
}
