import type { KafkaMessage } from 'kafkajs'
import Decoder from 'kafkajs/src/protocol/decoder'
import decodeMessageSet from 'kafkajs/src/protocol/messageSet/decoder'
import { BATCH_HEADER, MAGIC } from '../batch-context'
import type { FetchedMessages } from '../record-batch-reader'
import { readRecordBatches } from '../record-batch-reader'

/**
 * Replaces protocol/requests/fetch/v4/decodeMessages.js (all versions of Fetch from 4 on): the record batches of one
 * partition in one pass. KafkaJS makes about ten objects per record there (a Decoder, three Longs, several copies of
 * the headers) and does not check CRC-32C.
 */
async function decodeMessages(decoder: Decoder): Promise<FetchedMessages | KafkaMessage[]> {
  const size = decoder.readInt32()
  if (size <= 0 || !decoder.canReadBytes(size)) return []
  const bytes = decoder.readBytes(size)
  if (bytes.length <= BATCH_HEADER.magic) return []
  if (bytes[BATCH_HEADER.magic] === MAGIC) return readRecordBatches(bytes)
  return decodeMessageSet(new Decoder(bytes), size)
}

export = decodeMessages
