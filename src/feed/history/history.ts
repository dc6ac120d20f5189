import type { Change } from '../event/change'
import type { FactDecoder } from '../image/fact-decoder'
import type { Image } from '../image/image'
import { merged } from './merged'
import type { Positions } from '../cursor/position'
import type { ReadLimits } from './read-limits'
import type { Entry } from '../store/entry'
import type { FactStore } from '../store/fact-store'
import { subjectRows } from '../store/subject-rows'

export interface ReadChanges {
  readonly changes: readonly Change[]
  /** Positions after the reading. */
  readonly positions: Positions
}

/** The store's rows as changes: decoded, each with the previous fact of the same subject. */
export class History {
  constructor(
    private readonly store: FactStore,
    private readonly decoder: FactDecoder,
    /** Receives the number of records that were not facts of this feed. */
    private readonly onSkipped: (count: number) => void,
  ) {}

  /**
   * The first changes between the positions, up to the limits. Restricted to the subjects, if given and if they have not
   * changed too often.
   */
  async read(
    from: Positions,
    until: Positions,
    limits: ReadLimits,
    subjects?: readonly Buffer[],
  ): Promise<ReadChanges> {
    const rows = subjects === undefined ? this.store : subjectRows(this.store, subjects)
    const { entries, positions } = merged(rows, from, until, limits)
    return { changes: await this.changesOf(entries), positions }
  }

  /** The entries as facts; undefined for those that are not. */
  async imagesOf(entries: readonly Entry[]): Promise<readonly (Image | undefined)[]> {
    await this.decoder.prepareFor(entries.map(({ value }) => value))
    return entries.map(({ value }) => this.decoder.decode(value))
  }

  /** The rows as changes, in the given order. */
  async changesOf(entries: readonly Entry[]): Promise<readonly Change[]> {
    const before = entries.map((entry) => this.before(entry))
    await this.decoder.prepareFor([...entries, ...before].map((entry) => entry?.value ?? null))
    // Most readers only need to know whether there was one.
    const previousOf = ({ value }: Entry): Image | undefined => this.decoder.decodeLazily(value)
    const changes: Change[] = []
    for (const [index, entry] of entries.entries()) {
      const candidate = before[index]
      const found = candidate && previousOf(candidate)
      const previous =
        candidate === undefined || found !== undefined
          ? found
          : await this.nearest(candidate, previousOf)
      const position = { next: entry.offset + 1n, check: entry.check }
      const { partition, key, value } = entry
      changes.push({ partition, key, position, next: this.decoder.decode(value), previous })
    }
    const skipped = changes.filter(({ next }) => next === undefined).length
    if (skipped > 0) this.onSkipped(skipped)
    return changes
  }

  /** The subject's fact as of a position: the last one before the offset. */
  async imageBefore(partition: number, key: Buffer, before: bigint): Promise<Image | undefined> {
    const latest = this.store.latestOf(partition, key)
    let entry = latest === undefined ? undefined : this.store.row(partition, latest)
    while (entry !== undefined && entry.offset >= before) entry = this.before(entry)
    if (entry === undefined) return undefined
    await this.decoder.prepareFor([entry.value])
    return this.nearest(entry, (one) => this.decoder.decode(one.value))
  }

  /** Records that are not facts of the feed are skipped for the one before them. */
  private async nearest(
    entry: Entry | undefined,
    imageOf: (entry: Entry) => Image | undefined,
  ): Promise<Image | undefined> {
    let candidate = entry
    while (candidate !== undefined) {
      const image = imageOf(candidate)
      if (image !== undefined) return image
      candidate = this.before(candidate)
      if (candidate !== undefined) await this.decoder.prepareFor([candidate.value])
    }
    return undefined
  }

  private before({ partition, previous }: Entry): Entry | undefined {
    return previous === undefined ? undefined : this.store.row(partition, previous)
  }
}
