import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../../telemetry'
import { serverId } from './server-id'
import { cursorSecret } from './cursor-secret'
import { writeKept } from './write-kept'

export interface FeedFolderOptions {
  readonly path: string
  /** What cursors are authenticated with; undefined keeps one in the folder. */
  readonly secret: string | undefined
  readonly logger: Logger
  /** How often it is looked after. Milliseconds. */
  readonly lookMs?: number
}

/**
 * The folder of a feed's server, and what is kept in it besides the stores. What was deleted while the server runs is written
 * again, so that the next start has the same. Throws DISK_FULL and STATE_UNAVAILABLE.
 */
export class FeedFolder {
  readonly secret: Buffer
  readonly serverId: string
  private readonly texts: ReadonlyMap<string, string>
  private readonly timer: NodeJS.Timeout

  constructor(private readonly options: FeedFolderOptions) {
    const { path, secret, logger, lookMs = 2_000 } = options
    const [secretFile, idFile] = [join(path, 'cursor-secret'), join(path, 'server-id')]
    this.secret = cursorSecret(secret, secretFile)
    this.serverId = serverId(idFile)
    if (secret === undefined) {
      logger.info(
        { file: secretFile },
        'The secret of the cursors is kept in this file: who loses the folder loses all cursors. Configure one (feed.secret, FACTS_FEED_SECRET; 32 characters or more), the same for all servers of a feed',
      )
    }
    const files = secret === undefined ? [secretFile, idFile] : [idFile]
    this.texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))
    this.timer = setInterval(() => this.look(), lookMs)
  }

  close(): void {
    clearInterval(this.timer)
  }

  /** What cannot be written is tried again by the next look. */
  private look(): void {
    const { logger } = this.options
    for (const [file, text] of this.texts) {
      if (existsSync(file)) continue
      try {
        writeKept(file, text)
        logger.error(
          { file },
          "A file of the feed's folder was deleted while the feed runs; it was written again, and cursors stay good. Find out who deletes it",
        )
      } catch (error) {
        logger.error(
          { err: error, file },
          "A file of the feed's folder was deleted while the feed runs, and cannot be written again yet: without it the next start refuses the cursors of before",
        )
      }
    }
  }
}
