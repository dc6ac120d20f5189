import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stackSettings } from '../../src/config/config'
import { artifactCacheFolder } from '../../src/dev-stack/artifacts/artifact-cache'

const run = promisify(execFile)

/** Python with the packages of a requirements file, installed once per user and list of packages. Its program. */
export async function pythonWith(requirements: string): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const venv = join(artifactCacheFolder(stackSettings().cache), `python-${hash}`)
  const complete = join(venv, 'complete')
  if (!existsSync(complete)) {
    rmSync(venv, { recursive: true, force: true })
    await run('python3', ['-m', 'venv', venv])
    await run(join(venv, 'bin', 'pip'), ['install', '--quiet', '-r', requirements])
    await run('touch', [complete])
  }
  return join(venv, 'bin', 'python')
}
