import fc from 'fast-check'
import type { StreamBlock } from '../../src/client/event-stream-parser'
import { EventStreamParser } from '../../src/client/event-stream-parser'

const blocksOf = (...pieces: readonly string[]): readonly StreamBlock[] => {
  const parser = new EventStreamParser()
  return pieces.flatMap((piece) => parser.push(piece))
}

const block = (fields: Partial<StreamBlock>): StreamBlock => ({
  id: undefined,
  event: 'message',
  data: undefined,
  retry: undefined,
  ...fields,
})

describe('an event stream', () => {
  test('gives the fields of each block, with lines of data joined and one space taken off', () => {
    expect(
      blocksOf('retry: 1500\n\nid: a\nevent: add\ndata: {"x":\ndata:  1}\n\nid:b\n\n'),
    ).toEqual([
      block({ retry: 1500 }),
      block({ id: 'a', event: 'add', data: '{"x":\n 1}' }),
      block({ id: 'b' }),
    ])
  })

  test('skips comments, unknown fields, ids with NUL and a retry that is not a number', () => {
    expect(blocksOf(': alive\n\nfoo: bar\nid: a\0b\nretry: soon\ndata\n\n\n\n')).toEqual([
      block({ data: '' }),
    ])
  })

  test('ignores a truncated block: its id would be after an event that never arrived', () => {
    expect(blocksOf('id: a\ndata: 1\n\nid: b\ndata: {"tru')).toEqual([
      block({ id: 'a', data: '1' }),
    ])
    expect(blocksOf('id: b\nevent: add\ndata: 2\n')).toEqual([])
  })

  test('is read the same however it is cut into pieces, with any of the three ends of a line', () => {
    const Line = fc.constantFrom(
      'id: x',
      'data: one',
      'data:two',
      'event: add',
      ': c',
      '',
      '',
      'data',
    )
    const Stream = fc.array(fc.tuple(Line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 40 })
    fc.assert(
      fc.property(Stream, fc.array(fc.nat(400), { maxLength: 30 }), (lines, places) => {
        const text = lines.flat().join('')
        const cuts = [...new Set(places)].sort((a, b) => a - b)
        const pieces = [0, ...cuts].map((from, index) => text.slice(from, cuts[index]))
        const plain = text.replace(/\r\n?/g, '\n')
        expect(blocksOf(...pieces)).toEqual(blocksOf(plain))
      }),
    )
  })

  test('refuses a block that would fill the memory', () => {
    const parser = new EventStreamParser()
    const piece = 'x'.repeat(16 * 1024 * 1024)
    expect(() => {
      for (let n = 0; n < 6; n += 1) parser.push(piece)
    }).toThrow(/exceeds 67108864 characters/)
  })
})
