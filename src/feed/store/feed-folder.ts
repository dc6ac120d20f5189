import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../../telemetry'
import { serverId } from './server-id'
import { cursorSecret } from './cursor-secret'
import { writeKept } from './write-kept'

export interface FeedFolderOptions {
  readonly path: string
  /** Secret that authenticates cursors; undefined generates one in the folder. */
  readonly secret: string | undefined
  readonly logger: Logger
  /** Milliseconds between checks of the files. */
  readonly lookMs?: number
}

/**
 * The folder of a feed server, and its files besides the stores. A file that is deleted while the server runs is written
 * again, so that the next start has it. Throws DISK_FULL and STATE_UNAVAILABLE.
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
        'The secret of the cursors is stored in this file: if the folder is lost, all cursors become invalid. Configure a secret (feed.secret, FACTS_FEED_SECRET; 32 characters or more), the same for all servers of a feed',
      )
    }
    const files = secret === undefined ? [secretFile, idFile] : [idFile]
    this.texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))
    this.timer = setInterval(() => this.look(), lookMs)
  }

  close(): void {
    clearInterval(this.timer)
  }

  /** A file that cannot be written is retried by the next check. */
  private look(): void {
    const { logger } = this.options
    for (const [file, text] of this.texts) {
      if (existsSync(file)) continue
      try {
        writeKept(file, text)
        logger.error(
          { file },
          "A file of the feed's folder was deleted while the feed runs; it was written again, and cursors stay valid. Find out what deletes it",
        )
      } catch (error) {
        logger.error(
          { err: error, file },
          "A file of the feed's folder was deleted while the feed runs, and cannot be written again yet: without it the next start rejects earlier cursors",
        )
      }
    }
  }
}
