import { closeSync, existsSync, openSync, readSync } from 'node:fs'

/** MDB_MAGIC, after the header of the first page. */
const MAGIC = 0xbeefc0de
const MAGIC_AT = 24

/** LMDB trusts a file's pages and crashes on any other file: checked before it is mapped. Throws Error when it is not LMDB's. */
export function refuseForeign(file: string): void {
  if (!existsSync(file)) return
  const head = Buffer.alloc(MAGIC_AT + 4)
  const handle = openSync(file, 'r')
  try {
    const length = readSync(handle, head, 0, head.length, 0)
    if (length > 0 && head.readUInt32LE(MAGIC_AT) !== MAGIC)
      throw new Error('it is not an LMDB database')
  } finally {
    closeSync(handle)
  }
}
