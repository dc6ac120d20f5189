import OriginalBroker from 'kafkajs/src/broker'
import { FetchSize } from '../fetch-size'

/** Stands for broker/index.js, which fetches as many bytes as it is told to, however long they take; see FetchSize. */
class Broker extends OriginalBroker {
  private readonly size = new FetchSize()

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
