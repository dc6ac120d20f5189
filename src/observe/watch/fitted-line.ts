import stringWidth from 'string-width'

/** A piece of a line, and how it is painted once it fits. */
export interface Piece {
  readonly text: string
  readonly paint?: (text: string) => string
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** At most so many columns of a terminal, the last of them an ellipsis when it was longer. */
export function clipped(text: string, width: number): string {
  // A character has two columns at most.
  if (text.length * 2 <= width || stringWidth(text) <= width) return text
  let out = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    const columns = stringWidth(segment)
    if (used + columns > width - 1) break
    out += segment
    used += columns
  }
  return width < 1 ? '' : `${out}…`
}

/** The pieces in one line; when they do not fit into the width, it ends with an ellipsis. */
export function fittedLine(pieces: readonly Piece[], width: number): string {
  let left = width
  return pieces
    .map(({ text, paint = (it) => it }, index) => {
      const isLast = pieces.slice(index + 1).every((piece) => piece.text === '')
      const fitting =
        isLast || stringWidth(text) < left ? clipped(text, left) : clipped(`${text}…`, left)
      left = fitting === text ? left - stringWidth(text) : 0
      return fitting === '' ? '' : paint(fitting)
    })
    .join('')
}
