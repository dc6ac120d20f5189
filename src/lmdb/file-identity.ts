import { statSync } from 'node:fs'

interface Identity {
  readonly dev: bigint
  readonly ino: bigint
}

/** Detects whether a path still refers to the file that was opened: an open file survives the deletion of its folder. */
export class FileIdentity {
  private readonly made: Identity

  /** Throws when there is no file. */
  constructor(readonly path: string) {
    this.made = statSync(path, { bigint: true })
  }

  /** False when the file was deleted, moved or replaced; true when it cannot be determined. */
  isThere(): boolean {
    try {
      const { dev, ino } = statSync(this.path, { bigint: true })
      return dev === this.made.dev && ino === this.made.ino
    } catch (error) {
      return !GONE.has((error as NodeJS.ErrnoException).code)
    }
  }
}

const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR'])
