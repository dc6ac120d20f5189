import OriginalBroker from 'kafkajs/src/broker'
import { requests } from 'kafkajs/src/protocol/requests'
import apiKeys from 'kafkajs/src/protocol/requests/apiKeys'
import type { ProtocolRequest } from '../protocol-request'
import { FetchOrder } from '../fetch-order'
import { FetchSize } from '../fetch-size'

/** KafkaJS' defaults. */
const DEFAULTS = { maxWaitTime: 5_000, minBytes: 1, maxBytes: 10_485_760 }

/**
 * Replaces broker/index.js, which fetches the configured number of bytes, however long they take (see FetchSize), in a shuffled
 * order (see FetchOrder), and sends only KafkaJS's own requests.
 */
class Broker extends OriginalBroker {
  private readonly size = new FetchSize()
  private readonly order = new FetchOrder()

  /** Sends a request that KafkaJS does not have, as it sends its own. */
  async ask<T>(request: ProtocolRequest<T>): Promise<T> {
    try {
      return (await this.connectionPool.send(request)) as T
    } catch (error) {
      if ((error as Error).name === 'KafkaJSConnectionClosedError') await this.disconnect()
      throw error
    }
  }

  newestVersion(apiKey: number): number {
    const known = this.versions?.[apiKey]
    return known === undefined ? -1 : known.maxVersion
  }

  override async fetch(
    request: OriginalBroker.FetchRequest,
  ): Promise<OriginalBroker.FetchResponse> {
    const started = Date.now()
    const wanted = request.maxBytes ?? DEFAULTS.maxBytes
    const maxBytes = this.size.within(wanted)
    const topics = this.order.sorted(request.topics)
    const fetch = this.lookupRequest(apiKeys.Fetch, requests.Fetch)
    const fields = { ...DEFAULTS, ...request, maxBytes, topics }
    try {
      const response = await this.ask(
        fetch(fields) as ProtocolRequest<OriginalBroker.FetchResponse>,
      )
      const bytes = bytesOf(response)
      this.order.came(topics, (topic, partition) => bytes.get(`${topic}/${partition}`))
      const received = (): number => [...bytes.values()].reduce((sum, one) => sum + one, 0)
      this.size.came(received, Date.now() - started, wanted)
      return response
    } catch (error) {
      this.size.failed()
      throw error
    }
  }
}

function bytesOf({ responses }: OriginalBroker.FetchResponse): ReadonlyMap<string, number> {
  const byPartition = new Map<string, number>()
  for (const { topicName, partitions } of responses) {
    for (const { partition, messages } of partitions) {
      let bytes = 0
      for (const { key, value } of messages) bytes += (key?.length ?? 0) + (value?.length ?? 0)
      byPartition.set(`${topicName}/${partition}`, bytes)
    }
  }
  return byPartition
}

export = Broker
