import { createHash } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import envPaths from 'env-paths'
import { extract } from 'tar'
import { FactsError } from '../../errors'
import type {
  ArtifactGroup,
  ArtifactGroupName,
  ArtifactLock,
  LockedArtifact,
} from './artifact-lock'
import { checksumsOf, contentsOf, differences, keepContents, sha256Of } from './checksums'
import type { Checksums } from './checksums'
import { download } from './download'
import { waitForLock } from '../process/file-lock'
import { mavenUrl } from './maven-url'
import type { StackListener } from '../service/stack-event'

/** Downloads at a time. */
const PARALLEL = 6

/** Milliseconds between two progress events. */
const PROGRESS_EVERY = 100

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
 * Makes sure that the locked artefacts are on this machine and returns their folders. Files with the locked checksum are not
 * fetched again, so a second start needs no network; any others are replaced or removed. Throws FactsError DOWNLOAD_FAILED or
 * CHECKSUM_MISMATCH.
 */
export async function ensureArtifacts(options: ArtifactCacheOptions): Promise<ArtifactFolders> {
  const root = artifactCacheFolder(options.cache)
  const folders = foldersOf(options.lock, root)
  if ((await wanting(options, folders)).length === 0) return folders
  await mkdir(root, { recursive: true, mode: 0o700 })
  const held = await waitForLock(join(root, 'lock'), ({ pid }) =>
    options.onEvent?.({
      type: 'note',
      text: `Waiting for process ${pid}, which is downloading to ${root}`,
    }),
  )
  try {
    const groups = await wanting(options, folders)
    for (const { folder, names } of groups.filter(({ wasThere }) => wasThere)) {
      const text = `${folder} differed from the lock (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}) and is repaired`
      options.onEvent?.({ type: 'note', text })
    }
    await fetchAll(
      options,
      groups.flatMap(({ artifacts }) => artifacts),
    )
    for (const { group, folder, extra } of groups) {
      if (isArchive(group)) await unpack(group, folder)
      for (const name of extra) await rm(join(folder, name), { force: true })
    }
  } finally {
    held.release()
  }
  return folders
}

/** A file to be fetched, with the place it belongs. */
interface Missing {
  readonly artifact: LockedArtifact
  readonly target: string
}

/** A group that differs from the lock. */
interface Wanting {
  readonly group: ArtifactGroup
  readonly folder: string
  /** False when none of it exists, as before the first start. */
  readonly wasThere: boolean
  /** Files that are missing, different or unexpected. */
  readonly names: readonly string[]
  readonly artifacts: readonly Missing[]
  /** Files that are not in the lock, which Java would load nevertheless. */
  readonly extra: readonly string[]
}

async function wanting(
  { lock, groups }: ArtifactCacheOptions,
  folders: ArtifactFolders,
): Promise<readonly Wanting[]> {
  const all = await Promise.all(
    groups.map(async (name): Promise<Wanting> => {
      const [group, folder] = [lock[name], folders[name]]
      const found = await checksumsOf(folder)
      const expected = expectedOf(group, folder)
      const names = expected === undefined ? ['unknown contents'] : differences(expected, found)
      const placed = group.files.map((artifact) => ({
        artifact,
        target: place(group, folder, artifact),
      }))
      const artifacts = isArchive(group)
        ? placed
        : placed.filter(({ artifact }) => names.includes(artifact.file))
      const extra = isArchive(group) ? [] : names.filter((one) => expected?.has(one) === false)
      return { group, folder, wasThere: found.size > 0, names, artifacts, extra }
    }),
  )
  return all.filter(({ names }) => names.length > 0)
}

/** For an archive, its content when it was unpacked: the archive is not kept, and its files are not in the lock. */
function expectedOf(group: ArtifactGroup, folder: string): Checksums | undefined {
  if (isArchive(group)) return contentsOf(folder)
  return new Map(group.files.map(({ file, sha256 }) => [file, sha256]))
}

async function fetchAll(
  { repository, onEvent, signal }: ArtifactCacheOptions,
  queue: readonly Missing[],
): Promise<void> {
  const received = new Map<string, number>()
  const totalBytes = queue.reduce((sum, { artifact }) => sum + artifact.size, 0)
  let filesDone = 0
  let reportedAt = 0
  const report = (): void => {
    const now = Date.now()
    if (now - reportedAt < PROGRESS_EVERY && filesDone < queue.length) return
    reportedAt = now
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
        // A file of the right size may be any.
        if ((await sha256Of(target).catch(() => '')) !== artifact.sha256) {
          await download({
            url: await mavenUrl(artifact, repository),
            target,
            size: artifact.size,
            sha256: artifact.sha256,
            signal,
            onProgress: (bytes) => {
              received.set(target, bytes)
              report()
            },
          })
        }
        received.set(target, artifact.size)
        filesDone++
        report()
      } catch (error) {
        failure ??= error
      }
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, worker))
  if (failure !== undefined) throw failure as Error
}

/** Unpacks into a temporary folder and renames it, so that the final folder is complete; an old one is removed. */
async function unpack(group: ArtifactGroup, folder: string): Promise<void> {
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
  await rm(folder, { recursive: true, force: true })
  await rename(aside, folder)
  await keepContents(folder)
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

const place = (group: ArtifactGroup, folder: string, artifact: LockedArtifact): string =>
  isArchive(group) ? archivePath(folder, artifact) : join(folder, artifact.file)

const isArchive = ({ files }: ArtifactGroup): boolean =>
  files.some(({ extension }) => extension === 'tar.gz')
