import type { RootDatabase } from 'lmdb'
import { open } from 'lmdb'

/** A copy of what is elsewhere, so it is written without fsync. */
export const openDatabase = (folder: string, maxDbs: number): RootDatabase<unknown, Buffer> =>
  open({ path: folder, noSubdir: false, maxDbs, noSync: true, overlappingSync: false })
