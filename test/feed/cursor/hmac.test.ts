import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { hmacSha256 } from '../../../src/feed/cursor/hmac'

test('is HMAC-SHA256 for any key and message', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array))
  fc.assert(
    fc.property(bytes, bytes, (key, message) => {
      const expected = createHmac('sha256', key).update(message).digest('binary')
      expect(hmacSha256(key)(message)).toBe(expected)
    }),
  )
})
