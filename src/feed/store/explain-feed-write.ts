import { bytesLeft, explainWrite } from '../../lmdb/disk-full'

/** The error of a write below the feed's folder: DISK_FULL when the disk is full; the feed retries. */
export const explainFeedWrite = (error: unknown, folder: string): unknown =>
  explainWrite(error, folder, 'FACTS_FEED_DIR', bytesLeft, true)
