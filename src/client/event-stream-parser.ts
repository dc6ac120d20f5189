import { FollowError } from './errors/follow-error'

/** The block between two empty lines of an event stream. */
export interface StreamBlock {
  readonly id: string | undefined
  readonly event: string
  /** Undefined when there was none: EventSource would dispatch nothing, but `id` counts. */
  readonly data: string | undefined
  /** Milliseconds. */
  readonly retry: number | undefined
}

const NOTHING: StreamBlock = { id: undefined, event: 'message', data: undefined, retry: undefined }

/** Most characters of one block: far above the largest fact, so that other content does not fill the memory. */
const MOST = 64 * 1024 * 1024

/**
 * Parses an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html) in chunks of any size. A block counts
 * when it is complete: the id of a truncated one must not be used, or its event would be lost.
 */
export class EventStreamParser {
  private block: { -readonly [Key in keyof StreamBlock]: StreamBlock[Key] } = { ...NOTHING }
  private isEmpty = true
  /** Chunks of an incomplete line. */
  private pieces: string[] = []
  private length = 0
  private endedWithReturn = false

  /** Returns the blocks that end in this chunk. Throws FEED_REFUSED. */
  push(text: string): readonly StreamBlock[] {
    const blocks: StreamBlock[] = []
    let rest = this.endedWithReturn && text.startsWith('\n') ? text.slice(1) : text
    if (text !== '') this.endedWithReturn = text.endsWith('\r')
    const lines = rest.split(/\r\n|\n|\r/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const whole = this.pieces.length === 0 ? line : [...this.pieces, line].join('')
      this.pieces = []
      if (whole === '') this.end(blocks)
      else this.take(whole)
    }
    if (rest !== '') this.pieces.push(rest)
    this.length = lines.includes('') ? rest.length : this.length + text.length
    if (this.length > MOST) {
      throw new FollowError(
        'FEED_REFUSED',
        `An event exceeds ${MOST} characters. Does the URL belong to another service?`,
      )
    }
    return blocks
  }

  private end(blocks: StreamBlock[]): void {
    if (!this.isEmpty) blocks.push(this.block)
    this.block = { ...NOTHING }
    this.isEmpty = true
  }

  private take(line: string): void {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    const { block } = this
    if (name === 'data') block.data = block.data === undefined ? value : `${block.data}\n${value}`
    else if (name === 'event') block.event = value
    else if (name === 'id' && !value.includes('\0')) block.id = value
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) block.retry = Number(value)
    else return
    this.isEmpty = false
  }
}
