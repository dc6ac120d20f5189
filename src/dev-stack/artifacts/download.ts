import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { FactsError } from '../../errors'
import { sha256Of } from './checksums'

export interface DownloadOptions {
  readonly url: string
  /** Where the checked file ends up; appears complete or not at all. */
  readonly target: string
  /** Expected bytes. */
  readonly size: number
  /** Expected SHA-256, lower-case hexadecimal. */
  readonly sha256: string
  /** Bytes present so far; goes back when a download has to begin again. */
  readonly onProgress?: (received: number) => void
  /** Tries before giving up; the bytes of a cut try are kept. */
  readonly attempts?: number
  /** Milliseconds without a byte after which a try counts as cut. */
  readonly stallTimeout?: number
  /** Milliseconds before the second try; doubles each time. */
  readonly retryDelay?: number
  /** Ends the download with the signal's reason; the bytes so far are kept. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Fetches one file to `target` by way of `target.part`, which a later call resumes. Throws FactsError DOWNLOAD_FAILED
 * when it cannot be fetched and CHECKSUM_MISMATCH when the whole content is not the pinned one (nothing is kept then).
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { target, attempts = 5, retryDelay = 300 } = options
  const part = `${target}.part`
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  let cause: unknown
  let restarted = false
  for (let attempt = 1; attempt <= attempts; attempt++) {
    options.signal?.throwIfAborted()
    if (attempt > 1) await delay(retryDelay * 2 ** (attempt - 2))
    const resumedAt = await sizeOf(part)
    try {
      if (resumedAt < options.size) await receive(options, part, resumedAt)
    } catch (error) {
      if (error instanceof FactsError) throw error
      cause = error
      continue
    }
    const received = await sizeOf(part)
    if (received < options.size) {
      cause = new Error(`the connection ended after ${received} of ${options.size} bytes`)
      continue
    }
    if (received === options.size && (await sha256Of(part)) === options.sha256) {
      await rename(part, target)
      return
    }
    await rm(part, { force: true })
    // Bytes of an earlier run may have come from elsewhere: once more, all from one source.
    if (resumedAt === 0 || restarted) throw mismatch(options)
    restarted = true
    attempt = 0
  }
  throw new FactsError(
    'DOWNLOAD_FAILED',
    `Could not download ${basename(target)} from ${new URL(options.url).host} (${attempts} tries): ${reason(cause)}. Check the network, or name a reachable mirror in FACTS_MAVEN_REPOSITORY, and run the command again; it continues where it stopped.`,
    { cause },
  )
}

async function receive(options: DownloadOptions, part: string, from: number): Promise<void> {
  const { stallTimeout = 30_000 } = options
  const stalled = new AbortController()
  const timer = setTimeout(() => {
    stalled.abort(new Error(`no data for ${stallTimeout / 1000} seconds`))
  }, stallTimeout)
  const signal = AbortSignal.any([stalled.signal, ...(options.signal ? [options.signal] : [])])
  try {
    const response = await fetch(options.url, {
      signal,
      headers: {
        'accept-encoding': 'identity',
        ...(from > 0 ? { range: `bytes=${from}-` } : {}),
      },
    })
    if (response.status === 416) {
      await rm(part, { force: true })
      throw new Error('the server refused to continue the file')
    }
    if (!response.ok || response.body === null) await refuse(response, options)
    const resumed = response.status === 206
    let received = resumed ? from : 0
    const count = new Transform({
      transform: (chunk: Buffer, _encoding, done): void => {
        timer.refresh()
        received += chunk.length
        if (received > options.size) {
          done(mismatch(options))
          return
        }
        options.onProgress?.(received)
        done(null, chunk)
      },
    })
    const file = createWriteStream(part, { flags: resumed ? 'a' : 'w' })
    const closed = new Promise<void>((resolve) => file.once('close', resolve))
    try {
      await pipeline(
        Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
        count,
        file,
        { signal },
      )
    } finally {
      // A file that is still being opened when the signal comes would otherwise be emptied after this has ended.
      await closed
    }
  } catch (error) {
    if (error instanceof FactsError && error.code === 'CHECKSUM_MISMATCH') {
      await rm(part, { force: true })
    }
    throw signal.aborted ? (signal.reason as Error) : error
  } finally {
    clearTimeout(timer)
  }
}

/** A server error is retried, a client error is not. */
async function refuse(response: Response, options: DownloadOptions): Promise<never> {
  await response.body?.cancel()
  const { status } = response
  if (status >= 500 || status === 429 || status === 408) {
    throw new Error(`the server answered ${status}`)
  }
  throw new FactsError(
    'DOWNLOAD_FAILED',
    `Could not download ${basename(options.target)}: ${new URL(options.url).host} answered ${status}. When FACTS_MAVEN_REPOSITORY is set, check that it names a Maven repository that holds this file.`,
  )
}

function mismatch(options: DownloadOptions): FactsError {
  return new FactsError(
    'CHECKSUM_MISMATCH',
    `${basename(options.target)} from ${new URL(options.url).host} is not the file that src/dev-stack/artifacts/artifacts.lock.json pins (SHA-256 ${options.sha256}, ${options.size} bytes). It was removed. Run the command again; when it happens again, something between here and the repository changes the file: check the proxy, or FACTS_MAVEN_REPOSITORY.`,
  )
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.cause instanceof Error ? `${cause.message} (${cause.cause.message})` : cause.message
}
