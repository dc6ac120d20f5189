import { Readable } from 'node:stream'
import { crc32 } from '@node-rs/crc32'
import type { Page } from '../../page/page'

/** Up to this size a single write is cheaper than a stream. */
const ONE_WRITE_BYTES = 64 * 1024

/** The body of a page, as separate buffers, because it may be large. */
export class PageBody {
  readonly length: number

  constructor(private readonly parts: readonly Buffer[]) {
    this.length = parts.reduce((sum, part) => sum + part.length, 0)
  }

  /** A hash of the bytes. */
  get etag(): string {
    const sum = this.parts.reduce((before, part) => crc32(part, before), 0)
    return `"${this.length.toString(36)}-${sum.toString(36)}"`
  }

  get payload(): Buffer | Readable {
    if (this.length <= ONE_WRITE_BYTES) return Buffer.concat(this.parts)
    return Readable.from(this.parts, { objectMode: false })
  }
}

/** The body of a page in the format of PROTOCOL.md R8. A cacheable one is always the same: it has no `ms`. */
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
