import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from './write-whole'

/** In the folder, beside the data. */
const MARK = 'opened.json'
const BOOT_ID = '/proc/sys/kernel/random/boot_id'

interface Mark {
  readonly owner: string
  /** Boot id of the machine when it was opened; empty where the system has none. */
  readonly boot: string
  readonly isClosed: boolean
}

/** Boot id of the machine (random(4)); empty where the system has none. */
export function bootId(): string {
  return existsSync(BOOT_ID) ? readFileSync(BOOT_ID, 'utf8').trim() : ''
}

/**
 * Detects whether files that are written without fsync are complete. They are after a process crash, because the operating
 * system has the writes; when the machine went down while they were open, any part may be missing.
 */
export class OpenMark {
  private readonly owner = randomUUID()
  private readonly path: string

  constructor(
    private readonly folder: string,
    private readonly boot = bootId(),
  ) {
    this.path = join(folder, MARK)
  }

  /** Throws Error when the machine went down while the folder was open. A folder without a mark is new, or from an earlier version. */
  check(): void {
    const mark = this.read()
    if (mark === undefined || mark.isClosed || (mark.boot !== '' && mark.boot === this.boot)) return
    throw new Error(
      'the machine went down while it was open, so parts of it may not have been written',
    )
  }

  /** Marks the folder as open; durable before any data is written. */
  open(): void {
    this.write({ owner: this.owner, boot: this.boot, isClosed: false })
  }

  /**
   * Syncs the file to the disk and marks it as closed; no effect when another owner has opened the folder since. Never
   * throws: without the mark the files are only discarded after the machine went down.
   */
  close(file: string): void {
    try {
      if (this.read()?.owner !== this.owner) return
      sync(join(this.folder, file))
      this.write({ owner: this.owner, boot: this.boot, isClosed: true })
    } catch {
      // The disk is full, or the folder was deleted.
    }
  }

  private read(): Mark | undefined {
    if (!existsSync(this.path)) return undefined
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as Mark
    } catch {
      return { owner: '', boot: '', isClosed: false }
    }
  }

  private write(mark: Mark): void {
    // On a full disk the existing mark stays: an empty one would mean that the machine went down.
    writeWhole(this.path, JSON.stringify(mark))
    sync(this.folder)
  }
}

function sync(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
