import { Readable } from 'node:stream'
import { crc32 } from '@node-rs/crc32'
import type { Page } from '../../page/page'

/** Up to here one write takes less than what a stream costs. */
const ONE_WRITE_BYTES = 64 * 1024

/** A page as it is sent. It is large: its parts are not put together. */
export class PageBody {
  readonly length: number

  constructor(private readonly parts: readonly Buffer[]) {
    this.length = parts.reduce((sum, part) => sum + part.length, 0)
  }

  /** Of the same request another one, if the bytes are others. */
  get etag(): string {
    const sum = this.parts.reduce((before, part) => crc32(part, before), 0)
    return `"${this.length.toString(36)}-${sum.toString(36)}"`
  }

  get payload(): Buffer | Readable {
    if (this.length <= ONE_WRITE_BYTES) return Buffer.concat(this.parts)
    return Readable.from(this.parts, { objectMode: false })
  }
}

/** In our own form; see PROTOCOL.md R8. One that is kept is the same whenever it is made: it says no time. */
export function pageBody(
  { events, cursor, hasNext, stats: { read, bytes }, ms }: Page,
  { isKept }: { readonly isKept: boolean },
): PageBody {
  const time = isKept ? undefined : ms && Math.round(ms)
  const stats = JSON.stringify({ read, bytes, ms: time, events: events.length })
  const rest = `,"cursor":"${cursor}","has_next":${hasNext},"stats":${stats}}`
  return new PageBody(events.between('{"events":', rest))
}

/** A batch of CloudEvents. */
export const batchBody = ({ events }: Page): PageBody => new PageBody(events.between('', ''))
