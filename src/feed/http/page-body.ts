import type { Page } from '../page'

/** The page as it is sent; see PROTOCOL.md R8. */
export function pageBody({ events, cursor, hasNext, read }: Page): Buffer {
  const stats = JSON.stringify({ read, events: events.length })
  const rest = `,"cursor":"${cursor}","has_next":${hasNext},"stats":${stats}}`
  return events.between('{"events":', rest)
}
