import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { extract } from 'tar'
import { stackSettings } from '../../src/config/config'
import { artifactCacheFolder } from '../../src/dev-stack/artifacts/artifact-cache'
import type { Progress } from '../progress'

const run = promisify(execFile)

export interface NodeBinary {
  readonly command: string
  /** As `node --version` says, without the v. */
  readonly version: string
}

/** Node of a major version: the one that runs this, or the newest from npm, kept in the user's cache. */
export async function nodeBinary(major: number, progress: Progress): Promise<NodeBinary> {
  const current = process.versions.node
  if (Number(current.split('.')[0]) === major)
    return { command: process.execPath, version: current }
  const folder = join(artifactCacheFolder(stackSettings().cache), `node-${major}`)
  const command = join(folder, 'package', 'bin', 'node')
  if (!existsSync(command)) {
    progress.say(`Fetching Node ${major} from npm`)
    await fetchTo(folder, `node-${process.platform}-${process.arch}@${major}`)
  }
  const { stdout } = await run(command, ['--version'])
  return { command, version: stdout.trim().slice(1) }
}

async function fetchTo(folder: string, name: string): Promise<void> {
  const aside = `${folder}.${process.pid}.part`
  mkdirSync(aside, { recursive: true })
  try {
    await run('npm', ['pack', name, '--pack-destination', aside, '--silent'], { cwd: aside })
    const [archive] = readdirSync(aside).filter((file) => file.endsWith('.tgz'))
    if (archive === undefined) throw new Error(`npm pack ${name} made no archive`)
    await extract({ file: join(aside, archive), cwd: aside })
    rmSync(join(aside, archive))
    rmSync(folder, { recursive: true, force: true })
    renameSync(aside, folder)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}
