import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { FileIdentity } from '../../lmdb/file-identity'
import { FactsError } from '../../errors'
import type { Logger } from '../../telemetry'
import { isDiskFull } from '../problem'
import { explainFeedWrite } from './explain-feed-write'
import { FactStore } from './fact-store'

export interface KeptStoreOptions {
  readonly folder: string
  readonly topic: string
  readonly logger: Logger
  /** Called when a row is damaged. */
  readonly onDamage: () => void
}

/** The store in its folder: opened, and recreated when it is unusable, damaged, or was deleted. */
export class KeptStore {
  private store: FactStore | undefined
  private file: FileIdentity | undefined
  private mustRebuild = false

  constructor(private readonly options: KeptStoreOptions) {}

  /**
   * The store for this number of partitions; the open one while it is usable. A store that cannot be opened, belongs to another
   * topic or is damaged is replaced by an empty one. Throws DISK_FULL, without deleting anything, and STATE_UNAVAILABLE.
   */
  open(partitions: number): FactStore {
    const { folder, logger } = this.options
    if (this.store !== undefined && !this.mustRebuild) {
      if (this.store.positions().length === partitions) return this.store
    }
    this.close()
    try {
      if (!this.mustRebuild) return this.newStore(partitions)
    } catch (error) {
      if (isDiskFull(error)) throw error
      logger.warn({ err: error, folder }, "The feed's store is unusable; it is rebuilt")
    }
    try {
      rmSync(folder, { recursive: true, force: true })
      const store = this.newStore(partitions)
      this.mustRebuild = false
      return store
    } catch (cause) {
      if (isDiskFull(cause)) throw cause
      throw new FactsError(
        'STATE_UNAVAILABLE',
        `The feed's store in ${folder} cannot be opened: ${(cause as Error).message}. Check the disk and the folder's permissions, or choose another folder (FACTS_FEED_DIR).`,
        { cause },
      )
    }
  }

  /** Throws STATE_CORRUPT when the folder was deleted or replaced since it was opened: writes to it are lost. */
  refuseGone(): void {
    if (this.mustRebuild || this.file === undefined || this.file.isThere()) return
    this.mustRebuild = true
    const { folder, logger } = this.options
    const error = new FactsError(
      'STATE_CORRUPT',
      `The feed's folder ${folder} was deleted or replaced while the feed runs. It is created again and filled from the topic; cursors stay valid.`,
    )
    logger.error({ err: error, folder }, "The feed's folder was deleted")
    throw error
  }

  close(): void {
    this.store?.close()
    this.store = undefined
    this.file = undefined
  }

  private newStore(partitions: number): FactStore {
    const { folder, topic, onDamage } = this.options
    try {
      this.store = new FactStore(folder, topic, partitions, () => {
        this.mustRebuild = true
        onDamage()
      })
      this.file = new FileIdentity(join(folder, 'data.mdb'))
      return this.store
    } catch (error) {
      throw explainFeedWrite(error, folder)
    }
  }
}
