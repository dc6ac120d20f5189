import { join } from 'node:path'
import type { RootDatabase } from 'lmdb'
import { open } from 'lmdb'
import { privateFile } from '../../lmdb/private-folder'

/** A copy of what is elsewhere, so it is written without fsync. LMDB itself would make its files readable for everybody. */
export function openDatabase(folder: string, maxDbs: number): RootDatabase<unknown, Buffer> {
  for (const name of ['data.mdb', 'lock.mdb']) privateFile(join(folder, name))
  return open({ path: folder, noSubdir: false, maxDbs, noSync: true, overlappingSync: false })
}
