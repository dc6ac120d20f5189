import type { OutboxFields } from '../../fact/declare/outbox-fields'
import type { Filter } from '../filter/filter'
import { filterOf } from '../filter/filter'

/** Matches events without a subscriber, and those for this consumer. */
export function addressedTo(consumer: string | undefined, { subscriber }: OutboxFields): Filter {
  return filterOf(({ json }) => json[subscriber] === undefined || json[subscriber] === consumer)
}
