import { FactsError } from '../../errors'
import lockFile from './artifacts.lock.json'

/** One file of a Maven repository, pinned by content. */
export interface LockedArtifact {
  readonly group: string
  readonly artifact: string
  readonly version: string
  readonly extension: string
  readonly classifier: string | undefined
  /** File name as in the repository. */
  readonly file: string
  /** Bytes. */
  readonly size: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
}

export interface ArtifactGroup {
  readonly version: string
  readonly files: readonly LockedArtifact[]
}

/** Everything the stack fetches: Kafka's classpath, the Debezium plugin, the registry. */
export type ArtifactLock = Readonly<Record<ArtifactGroupName, ArtifactGroup>>

export type ArtifactGroupName = 'kafka' | 'debezium' | 'registry'

/** The committed lock, written by scripts/lock-artifacts.mjs. */
export function artifactLock(): ArtifactLock {
  return parseArtifactLock(lockFile)
}

/** Checks and reads a lock. Throws FactsError CONFIG_INVALID naming the first entry that is wrong. */
export function parseArtifactLock(content: unknown): ArtifactLock {
  const groups = asObject(content, 'the lock')
  const group = (name: ArtifactGroupName): ArtifactGroup => {
    const { version, files } = asObject(groups[name], `"${name}"`)
    if (typeof version !== 'string') throw invalid(`"${name}" has no version`)
    if (!Array.isArray(files) || files.length === 0) throw invalid(`"${name}" lists no files`)
    return { version, files: files.map((entry: unknown) => parseEntry(entry, name)) }
  }
  return { kafka: group('kafka'), debezium: group('debezium'), registry: group('registry') }
}

function parseEntry(entry: unknown, group: string): LockedArtifact {
  const { coordinates, size, sha256 } = asObject(entry, `an entry of "${group}"`)
  if (typeof coordinates !== 'string') throw invalid(`an entry of "${group}" has no coordinates`)
  const parts = coordinates.split(':')
  const [name, artifact] = parts
  const version = parts.at(-1)
  if (parts.length < 3 || parts.length > 5 || parts.some((part) => !/^[\w.+-]+$/.test(part))) {
    throw invalid(`"${coordinates}" is not group:artifact[:extension[:classifier]]:version`)
  }
  if (!Number.isSafeInteger(size) || Number(size) <= 0) throw invalid(`${coordinates} has no size`)
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw invalid(`${coordinates} has no SHA-256 in lower-case hexadecimal`)
  }
  const extension = parts.length > 3 ? String(parts[2]) : 'jar'
  const classifier = parts.length > 4 ? parts[3] : undefined
  const stem = `${String(artifact)}-${String(version)}`
  return {
    group: String(name),
    artifact: String(artifact),
    version: String(version),
    extension,
    classifier,
    file: `${stem}${classifier === undefined ? '' : `-${classifier}`}.${extension}`,
    size: Number(size),
    sha256,
  }
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw invalid(`${what} is not an object`)
  return value as Record<string, unknown>
}

function invalid(what: string): FactsError {
  return new FactsError(
    'CONFIG_INVALID',
    `src/dev-stack/artifacts/artifacts.lock.json is damaged: ${what}. Restore it from version control or run scripts/lock-artifacts.mjs.`,
  )
}
