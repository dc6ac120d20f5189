import { ByteWriter, sizeOfString } from '../byte-writer'

interface EncodableRequest {
  readonly correlationId: number
  readonly clientId: string | null
  readonly request: {
    readonly apiKey: number
    readonly apiVersion: number
    readonly encode: () => Promise<{ readonly buffer: Buffer }>
  }
}

const INT16 = 2
const INT32 = 4

/**
 * Replaces protocol/request.js: a request after its size and header (version 1). KafkaJS copies the request twice
 * here, into zeroed buffers of the next power of two.
 */
async function createRequest({
  correlationId,
  clientId,
  request,
}: EncodableRequest): Promise<{ readonly buffer: Buffer }> {
  const payload = (await request.encode()).buffer
  const size = INT16 + INT16 + INT32 + sizeOfString(clientId) + payload.length
  const writer = new ByteWriter(Buffer.allocUnsafe(INT32 + size))
  writer.int32(size)
  writer.int16(request.apiKey)
  writer.int16(request.apiVersion)
  writer.int32(correlationId)
  writer.string(clientId)
  writer.raw(payload)
  return { buffer: writer.bytes }
}

export = createRequest
