import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { PageBody } from '../../../../src/feed/http/routes/page-body'

/** Cut into parts of so many bytes. */
function cut(bytes: Buffer, size: number): readonly Buffer[] {
  const parts = [bytes.subarray(0, size)]
  for (let at = size; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size))
  return parts
}

const sent = async (payload: Buffer | Readable): Promise<Buffer> =>
  Buffer.isBuffer(payload) ? payload : buffer(payload)

test('R51: a page whose bytes are others has another ETag, also when there are as many', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((array) => Buffer.from(array))
  fc.assert(
    fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (page, place, change) => {
      const other = Buffer.from(page)
      const at = place % page.length
      other[at] = (page[at] ?? 0) ^ change
      expect(new PageBody([other]).etag).not.toBe(new PageBody([page]).etag)
    }),
  )
})

test.each([1_000, 300_000])('R51: of %i bytes the parts do not matter', async (length) => {
  const page = Buffer.from(Array.from({ length }, (_, index) => (index * 7) % 251))
  const whole = new PageBody([page])
  const body = new PageBody(cut(page, 70_001))
  expect(body.etag).toBe(whole.etag)
  expect(body.length).toBe(length)
  expect((await sent(body.payload)).equals(page)).toBe(true)
})
