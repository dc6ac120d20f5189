import fc from 'fast-check'
import originalRequest from 'kafkajs/src/protocol/request'
import createRequest from '../../../../src/broker/kafka/kafkajs/replacements/request'

test('a request after its header has the bytes that KafkaJS writes', async () => {
  const request = fc.record({
    correlationId: fc.nat(2 ** 31 - 1),
    clientId: fc.option(fc.string({ unit: 'grapheme' })),
    apiKey: fc.nat(60),
    apiVersion: fc.nat(7),
    payload: fc.uint8Array({ maxLength: 2_000 }),
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ correlationId, clientId, apiKey, apiVersion, payload }) => {
      const buffer = Buffer.from(payload)
      const encode = () => Promise.resolve({ buf: buffer, buffer })
      const args = { correlationId, clientId, request: { apiKey, apiVersion, encode } }
      const [ours, original] = await Promise.all([createRequest(args), originalRequest(args)])
      expect(ours.buffer.equals(original.buffer)).toBe(true)
    }),
  )
})
