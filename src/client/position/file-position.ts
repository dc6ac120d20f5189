import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { FollowError } from '../errors/follow-error'
import { diskFull } from './disk-full'
import { KeepsAfterwards } from './keeps-afterwards'
import type { HealthCheck, FollowerPosition, PositionRecord } from './position-store'
import { EMPTY_RECORD } from './position-store'

const text = z.string().min(1).nullable()
const Stored = z.strictObject({
  /** Follower that may write it. */
  owner: z.string(),
  record: z.strictObject({
    feed: text,
    cursor: text,
    kept_at: text,
    ping: text,
    healthcheck_ts: text,
  }),
})

/** Stores the position in a file, atomically: written to a temporary file, fsynced, and renamed. */
export class FilePosition extends KeepsAfterwards {
  private readonly path: string
  private readonly owner = randomUUID()
  private record = EMPTY_RECORD
  private isOpen = false
  /** Serialises writes. */
  private last: Promise<unknown> = Promise.resolve()

  constructor(path: string) {
    super()
    this.path = resolve(path)
  }

  override open(): Promise<PositionRecord> {
    return this.inTurn(async () => {
      try {
        await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
        const record = (await this.read())?.record ?? EMPTY_RECORD
        await this.removeLeftovers()
        await this.replace(record)
        this.record = record
        this.isOpen = true
        return record
      } catch (error) {
        throw await this.explained(error, 'POSITION_INVALID')
      }
    })
  }

  override async keep(reached: FollowerPosition): Promise<void> {
    await this.write(reached)
  }

  override check(health: HealthCheck): Promise<PositionRecord> {
    return this.write(health)
  }

  override async close(): Promise<void> {
    await this.last
    this.isOpen = false
  }

  private write(change: Partial<PositionRecord>): Promise<PositionRecord> {
    return this.inTurn(async () => {
      if (!this.isOpen) throw this.refused('POSITION_UNAVAILABLE', 'it is not open')
      const record = { ...this.record, ...change }
      try {
        const stored = await this.read()
        if (stored !== undefined && stored.owner !== this.owner) {
          throw new FollowError(
            'POSITION_TAKEN',
            `Another follower has taken over the position in ${this.path}. Give each follower a file of its own.`,
          )
        }
        await this.replace(record)
      } catch (error) {
        throw await this.explained(error, 'POSITION_UNAVAILABLE')
      }
      this.record = record
      return record
    })
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work)
    this.last = result.catch(() => undefined)
    return result
  }

  private async read(): Promise<z.output<typeof Stored> | undefined> {
    let content: string
    try {
      content = await readFile(this.path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
    try {
      return Stored.parse(JSON.parse(content))
    } catch (cause) {
      throw new FollowError(
        'POSITION_INVALID',
        `${this.path} does not contain a follower's position. Use another file; or remove it, and the follower begins at --start.`,
        { cause },
      )
    }
  }

  private async replace(record: PositionRecord): Promise<void> {
    const aside = `${this.path}.${this.owner}.part`
    const file = await open(aside, 'w', 0o600)
    try {
      await file.writeFile(`${JSON.stringify({ owner: this.owner, record }, undefined, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, this.path)
    // The rename is durable when the folder is synced.
    const folder = await open(dirname(this.path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  /** Removes temporary files of followers that were killed while writing. */
  private async removeLeftovers(): Promise<void> {
    const folder = dirname(this.path)
    const own = `${basename(this.path)}.`
    for (const name of await readdir(folder)) {
      if (name.startsWith(own) && /\.[0-9a-f-]{36}\.part$/.test(name)) {
        await rm(join(folder, name), { force: true })
      }
    }
  }

  /** The error of a write, with the folder when the disk is full. */
  private async explained(
    error: unknown,
    code: 'POSITION_INVALID' | 'POSITION_UNAVAILABLE',
  ): Promise<FollowError> {
    if (error instanceof FollowError) return error
    return (await diskFull(error, dirname(this.path))) ?? this.refused(code, error)
  }

  private refused(code: 'POSITION_INVALID' | 'POSITION_UNAVAILABLE', cause: unknown): FollowError {
    const why = cause instanceof Error ? cause.message : String(cause)
    return new FollowError(code, `The position cannot be stored in ${this.path}: ${why}.`, {
      cause,
    })
  }
}
