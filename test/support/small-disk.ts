import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** Who is not root needs sudo without a password for it (mount(8)). */
const mountAs = process.getuid?.() === 0 ? [] : ['sudo', '-n']

/** A file system in memory with room for so many MiB, which is really full when it is full. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  static async mount(mebibytes: number): Promise<SmallDisk> {
    const path = await mkdtemp(join(tmpdir(), 'facts-disk-'))
    const disk = new SmallDisk(path)
    try {
      await disk.run('mount', '-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=777`, 'tmpfs', path)
    } catch (error) {
      await rm(path, { recursive: true })
      throw new Error('A disk can only be mounted by root, or by sudo without a password.', {
        cause: error,
      })
    }
    return disk
  }

  /** Makes room. */
  async grow(mebibytes: number): Promise<void> {
    await this.run('mount', '-o', `remount,size=${mebibytes}m`, this.path)
  }

  async unmount(): Promise<void> {
    await this.run('umount', '--lazy', this.path)
    await rm(this.path, { recursive: true })
  }

  private async run(...command: readonly string[]): Promise<void> {
    const [file = '', ...args] = [...mountAs, ...command]
    await run(file, args)
  }
}
