import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import envPaths from 'env-paths'
import { extract } from 'tar'
import { FactsError } from '../errors'
import type {
  ArtifactGroup,
  ArtifactGroupName,
  ArtifactLock,
  LockedArtifact,
} from './artifact-lock'
import { download } from './download'
import { waitForLock } from './file-lock'
import { mavenUrl } from './maven-url'
import type { StackListener } from './stack-event'

/** Downloads at a time. */
const PARALLEL = 6

/** Milliseconds between two tellings of the progress. */
const TELL_EVERY = 100

export interface ArtifactCacheOptions {
  readonly lock: ArtifactLock
  /** Folder shared by all projects of this user; default: the user's cache folder. */
  readonly cache: string | undefined
  /** Base URL of a mirror of the public Maven repository. */
  readonly repository: string | undefined
  readonly groups: readonly ArtifactGroupName[]
  readonly onEvent?: StackListener | undefined
  readonly signal?: AbortSignal | undefined
}

/** Folder of each group: jars side by side, or the unpacked archive. */
export type ArtifactFolders = Readonly<Record<ArtifactGroupName, string>>

export function artifactCacheFolder(cache: string | undefined): string {
  return cache ?? envPaths('facts', { suffix: '' }).cache
}

/**
 * Makes sure that the locked artefacts are on this machine and returns where. What is there is not fetched again, so a
 * second start needs no network. Throws FactsError DOWNLOAD_FAILED or CHECKSUM_MISMATCH.
 */
export async function ensureArtifacts(options: ArtifactCacheOptions): Promise<ArtifactFolders> {
  const root = artifactCacheFolder(options.cache)
  const folders = foldersOf(options.lock, root)
  if ((await missing(options, folders)).length === 0) return folders
  await mkdir(root, { recursive: true })
  const held = await waitForLock(join(root, 'lock'), ({ pid }) =>
    options.onEvent?.({
      type: 'note',
      text: `Waiting for process ${pid}, which is downloading to ${root}`,
    }),
  )
  try {
    await fetchAll(options, await missing(options, folders))
    for (const name of options.groups) {
      if (isArchive(options.lock[name])) await unpack(options.lock[name], folders[name])
    }
  } finally {
    held.release()
  }
  return folders
}

/** What is not there yet, with the place it belongs. */
interface Missing {
  readonly artifact: LockedArtifact
  readonly target: string
}

async function missing(
  { lock, groups }: ArtifactCacheOptions,
  folders: ArtifactFolders,
): Promise<readonly Missing[]> {
  const result: Missing[] = []
  for (const name of groups) {
    const group = lock[name]
    if (isArchive(group) && existsSync(folders[name])) continue
    for (const artifact of group.files) {
      const target = isArchive(group)
        ? archivePath(folders[name], artifact)
        : join(folders[name], artifact.file)
      const size = (await stat(target).catch(() => undefined))?.size
      if (size !== artifact.size || isArchive(group)) result.push({ artifact, target })
    }
  }
  return result
}

async function fetchAll(
  { repository, onEvent, signal }: ArtifactCacheOptions,
  queue: readonly Missing[],
): Promise<void> {
  const received = new Map<string, number>()
  const totalBytes = queue.reduce((sum, { artifact }) => sum + artifact.size, 0)
  let filesDone = 0
  let told = 0
  const tell = (): void => {
    const now = Date.now()
    if (now - told < TELL_EVERY && filesDone < queue.length) return
    told = now
    const receivedBytes = [...received.values()].reduce((sum, bytes) => sum + bytes, 0)
    onEvent?.({ type: 'download', receivedBytes, totalBytes, files: queue.length, filesDone })
  }
  // The largest first, so that it does not begin when everything else is done.
  const waiting = [...queue].sort((a, b) => a.artifact.size - b.artifact.size)
  let failure: unknown
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { artifact, target } = next
      if (failure !== undefined) return
      try {
        if ((await stat(target).catch(() => undefined))?.size !== artifact.size) {
          await download({
            url: await mavenUrl(artifact, repository),
            target,
            size: artifact.size,
            sha256: artifact.sha256,
            signal,
            onProgress: (bytes) => {
              received.set(target, bytes)
              tell()
            },
          })
        }
        received.set(target, artifact.size)
        filesDone++
        tell()
      } catch (error) {
        failure ??= error
      }
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
  if (failure !== undefined) throw failure as Error
}

/** Unpacks beside the final folder and renames, so that the folder is complete when it is there. */
async function unpack(group: ArtifactGroup, folder: string): Promise<void> {
  if (existsSync(folder)) return
  const aside = `${folder}.part`
  await rm(aside, { recursive: true, force: true })
  await mkdir(aside, { recursive: true })
  for (const artifact of group.files) {
    const archive = archivePath(folder, artifact)
    try {
      await extract({ file: archive, cwd: aside })
    } catch (cause) {
      await rm(archive, { force: true })
      throw new FactsError(
        'DOWNLOAD_FAILED',
        `Could not unpack ${archive} into ${aside}: ${(cause as Error).message}. Check that the disk has room and run the command again.`,
        { cause },
      )
    }
  }
  await rename(aside, folder)
  for (const artifact of group.files) await rm(archivePath(folder, artifact), { force: true })
}

/** Named by content, so that another lock never finds this one's files. */
function foldersOf(lock: ArtifactLock, root: string): ArtifactFolders {
  const folder = (name: ArtifactGroupName): string => {
    const { version, files } = lock[name]
    const digest = createHash('sha256').update(files.map((file) => file.sha256).join())
    return join(root, `${name}-${version}-${digest.digest('hex').slice(0, 8)}`)
  }
  return { kafka: folder('kafka'), debezium: folder('debezium'), registry: folder('registry') }
}

const archivePath = (folder: string, { file }: LockedArtifact): string => join(folder, '..', file)

const isArchive = ({ files }: ArtifactGroup): boolean =>
  files.some(({ extension }) => extension === 'tar.gz')
