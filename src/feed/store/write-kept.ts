import { dirname } from 'node:path'
import { privateFolder } from '../../lmdb/private-folder'
import { writeWhole } from '../../lmdb/write-whole'
import { FactsError } from '../../errors'
import { explainFeedWrite } from './explain-feed-write'

/** Writes a file of the feed's folder, for its owner alone. Throws DISK_FULL and STATE_UNAVAILABLE. */
export function writeKept(file: string, text: string): void {
  const folder = dirname(file)
  try {
    privateFolder(folder)
    writeWhole(file, text)
  } catch (cause) {
    const known = explainFeedWrite(cause, folder)
    if (known instanceof FactsError) throw known
    throw new FactsError(
      'STATE_UNAVAILABLE',
      `${file} cannot be written: ${(cause as Error).message}. Check the folder's permissions, or choose another folder (FACTS_FEED_DIR).`,
      { cause },
    )
  }
}
