import { join } from 'node:path'
import type { RootDatabase } from 'lmdb'
import { open } from 'lmdb'
import { privateFile } from '../../lmdb/private-folder'

/** Opens without fsync, because the data is a copy. LMDB itself would make its files world-readable. */
export function openDatabase(folder: string, maxDbs: number): RootDatabase<unknown, Buffer> {
  for (const name of ['data.mdb', 'lock.mdb']) privateFile(join(folder, name))
  return open({ path: folder, noSubdir: false, maxDbs, noSync: true, overlappingSync: false })
}
