import { bytesLeft, explainWrite } from '../../lmdb/disk-full'

/** The error of a write below the feed's folder, as DISK_FULL when that is what it means: the feed tries again by itself. */
export const explainFeedWrite = (error: unknown, folder: string): unknown =>
  explainWrite(error, folder, 'FACTS_FEED_DIR', bytesLeft, true)
