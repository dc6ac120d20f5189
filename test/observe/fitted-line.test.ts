import stringWidth from 'string-width'
import { clipped, fittedLine } from '../../src/observe/watch/fitted-line'

test.each([
  'a plain text that is long',
  '日本語のとても長い文',
  '👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀👩‍🚀',
  'e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301',
])('%s is cut between characters, into no more columns than there are', (text) => {
  for (let width = 0; width < 30; width++) {
    const short = clipped(text, width)
    expect(stringWidth(short)).toBeLessThanOrEqual(width)
    expect(short === text || short === '' || text.startsWith(short.slice(0, -1))).toBe(true)
    expect(short).not.toMatch(/\u200d…$/)
  }
})

test('a text that fits is not cut', () => {
  expect(clipped('日本', 4)).toBe('日本')
  expect(clipped('日本', 3)).toBe('日…')
})

test('pieces beyond the width are left out, and colours take no room', () => {
  const red = (text: string): string => `<red>${text}</red>`
  const pieces = [
    { text: 'abc', paint: red },
    { text: 'defgh', paint: red },
    { text: 'more', paint: red },
  ]
  expect(fittedLine(pieces, 12)).toBe('<red>abc</red><red>defgh</red><red>more</red>')
  expect(fittedLine(pieces, 6)).toBe('<red>abc</red><red>de…</red>')
  expect(fittedLine(pieces, 3)).toBe('<red>ab…</red>')
})
