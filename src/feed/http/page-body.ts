import type { Page } from '../page'

/** The page as it is sent; see PROTOCOL.md R8. */
export function pageBody({ events, cursor, hasNext, read }: Page): Buffer {
  const stats = JSON.stringify({ read, events: events.length })
  const rest = `,"cursor":"${cursor}","has_next":${hasNext},"stats":${stats}}`
  return Buffer.concat([Buffer.from('{"events":'), listed(events), Buffer.from(rest)])
}

const [OPEN, COMMA, CLOSE] = ['[', ',', ']'].map((text) => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
]

/** A JSON array of them. */
export const listed = (events: readonly Buffer[]): Buffer =>
  Buffer.concat([OPEN, ...events.flatMap((event, n) => (n === 0 ? event : [COMMA, event])), CLOSE])
