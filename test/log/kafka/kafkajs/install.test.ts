import * as installed from '../../../../src/log/kafka/kafkajs'
import { FetchedMessage } from '../../../../src/log/kafka/kafkajs/fetched-message'
import { batchBytes } from './log-bytes'
import Encoder from 'kafkajs/src/protocol/encoder'
import { decode } from 'kafkajs/src/protocol/requests/fetch/v11/response'

/** A response to Fetch version 11 with one partition. */
async function fetchResponse(): Promise<Buffer> {
  const records = await batchBytes({ firstOffset: 7n, records: [{ key: 'k', value: 'v' }] })
  const response = new Encoder().writeInt32(0).writeInt16(0).writeInt32(0)
  response.writeInt32(1).writeString('topic').writeInt32(1)
  response.writeInt32(0).writeInt16(0).writeInt64(8n).writeInt64(8n).writeInt64(0n).writeInt32(-1)
  return response.writeInt32(-1).writeInt32(records.length).writeBuffer(records).buffer
}

test('KafkaJS loaded through our door decodes a fetch response with our decoder', async () => {
  expect(installed.Kafka).toBeDefined()
  const { responses } = await decode(await fetchResponse())
  const [message] = responses[0]!.partitions[0]!.messages
  expect(message).toBeInstanceOf(FetchedMessage)
  expect((message as FetchedMessage).offset).toBe('7')
})
