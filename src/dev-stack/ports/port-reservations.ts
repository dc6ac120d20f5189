import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tryLock } from '../process/file-lock'
import type { FileLock } from '../process/file-lock'

/**
 * Ports that a stack has chosen and not yet bound, reserved against other stacks on this machine: a check whether a port is
 * free does not see a concurrent one. A lock file for each port, released by its holder's death.
 */
export class PortReservations {
  private readonly held = new Map<number, FileLock>()

  /** The folder is one for all stacks of this user. */
  constructor(
    private readonly folder: string = join(tmpdir(), `facts-ports-${process.getuid?.() ?? 0}`),
  ) {}

  /** False when another live stack has it. */
  take(port: number): boolean {
    if (this.held.has(port)) return true
    const lock = tryLock(join(this.folder, String(port)))
    if (!('release' in lock)) return false
    this.held.set(port, lock)
    return true
  }

  give(port: number): void {
    this.held.get(port)?.release()
    this.held.delete(port)
  }

  release(): void {
    for (const port of [...this.held.keys()]) this.give(port)
  }
}
