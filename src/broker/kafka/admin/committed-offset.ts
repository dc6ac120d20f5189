import { FactsError } from '../../../errors'
import type { CommittedOffset } from '../../ports'
import type { Coordinator } from '../client/coordinator'
import type { OffsetQuery } from '../requests/offset-fetch-v7'
import { OFFSET_FETCH, offsetFetch } from '../requests/offset-fetch-v7'

/**
 * The group's committed offset of the partition, undefined when there is none, once it is stable. Kafka before 4.0
 * acknowledges the end of a transaction before its offsets are applied; a reader that does not require stable offsets then
 * gets the previous one, and processes a batch again.
 */
export async function committedOffset(
  coordinator: Pick<Coordinator, 'ask'>,
  query: OffsetQuery,
): Promise<CommittedOffset | undefined> {
  const found = await coordinator.ask((broker) => {
    if (broker.newestVersion(OFFSET_FETCH.apiKey) < OFFSET_FETCH.apiVersion) throw tooOld(query)
    return broker.ask(offsetFetch(query))
  })
  if (found === undefined || found.offset < 0n) return undefined
  const { offset, metadata } = found
  return { offset, metadata }
}

function tooOld({ topic, partition }: OffsetQuery): FactsError {
  return new FactsError(
    'BROKER_REFUSED',
    'The brokers are older than Kafka 2.5 and cannot say whether a committed offset is final (KIP-447). Upgrade them.',
    { topic, partition },
  )
}
