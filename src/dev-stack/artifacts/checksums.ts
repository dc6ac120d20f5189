import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { readJsonFile, writeJsonFile } from '../process/json-file'

/** SHA-256 of each file, by its path below the folder. */
export type Checksums = ReadonlyMap<string, string>

const Contents = z.record(z.string(), z.string())
const Seen = z.record(z.string(), z.strictObject({ sha256: z.string(), stamp: z.string() }))

/** Suffix of an interrupted download; no program reads it. */
const UNFINISHED = '.part'

/**
 * The checksums of all files below a folder; none when it does not exist. A file is not read again while its inode, size and
 * times are unchanged; these are cached in a file beside the folder.
 */
export async function checksumsOf(folder: string): Promise<Checksums> {
  const record = `${folder}.seen.json`
  const parsed = Seen.safeParse(readJsonFile(record))
  const before = new Map(Object.entries(parsed.success ? parsed.data : {}))
  const now: Record<string, { sha256: string; stamp: string }> = {}
  let isNew = false
  for (const path of await filesIn(folder)) {
    const name = relative(folder, path)
    const stamp = await stampOf(path)
    const known = before.get(name)
    isNew ||= known?.stamp !== stamp
    now[name] = known?.stamp === stamp ? known : { sha256: await sha256Of(path), stamp }
  }
  if (isNew) writeJsonFile(record, now)
  return new Map(Object.entries(now).map(([name, { sha256 }]) => [name, sha256]))
}

/** Records the content of a folder that is known to be correct. */
export async function keepContents(folder: string): Promise<void> {
  writeJsonFile(`${folder}.contents.json`, Object.fromEntries(await checksumsOf(folder)))
}

/** The recorded correct content of the folder; undefined when there is none. */
export function contentsOf(folder: string): Checksums | undefined {
  const parsed = Contents.safeParse(readJsonFile(`${folder}.contents.json`))
  return parsed.success ? new Map(Object.entries(parsed.data)) : undefined
}

/** Names of files that are missing, different, or unexpected. */
export function differences(expected: Checksums, found: Checksums): readonly string[] {
  const names = new Set([...expected.keys(), ...found.keys()])
  return [...names].filter((name) => expected.get(name) !== found.get(name))
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.endsWith(UNFINISHED))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Includes ctime, which a program cannot set back, unlike the modification time. */
async function stampOf(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await lstat(path, { bigint: true })
  return [ino, size, mtimeNs, ctimeNs].join(' ')
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  if ((await lstat(path)).isSymbolicLink()) hash.update(`link to ${await readlink(path)}`)
  else await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
