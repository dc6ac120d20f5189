import OriginalBroker from 'kafkajs/src/broker'
import type { ProtocolRequest } from '../../requests/protocol-request'
import { FetchSize } from '../fetch-size'

/**
 * Stands for broker/index.js, which fetches as many bytes as it is told to, however long they take (see FetchSize), and
 * sends nothing but KafkaJS's own requests.
 */
class Broker extends OriginalBroker {
  private readonly size = new FetchSize()

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
    const wanted = request.maxBytes
    try {
      const response = await super.fetch({ ...request, maxBytes: this.size.within(wanted) })
      this.size.came(() => bytesOf(response), Date.now() - started, wanted)
      return response
    } catch (error) {
      this.size.failed()
      throw error
    }
  }
}

function bytesOf({ responses }: OriginalBroker.FetchResponse): number {
  let bytes = 0
  for (const { partitions } of responses) {
    for (const { messages } of partitions) {
      for (const { key, value } of messages) bytes += (key?.length ?? 0) + (value?.length ?? 0)
    }
  }
  return bytes
}

export = Broker
