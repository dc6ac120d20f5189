import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stackSettings } from '../../src/config'
import { artifactCacheFolder } from '../../src/stack/artifact-cache'
import { pythonWith } from '../support/python-environment'

const run = promisify(execFile)

/** A program that takes further arguments. */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
}

/** npm's clients, as locked. */
export async function nodeClients(): Promise<Program> {
  const folder = await prepared('node', (path) =>
    run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: path }),
  )
  return { command: process.execPath, args: [join(folder, 'client.mjs')] }
}

/** Python's clients, as required. */
export async function pythonClients(): Promise<Program> {
  const folder = join(__dirname, 'python')
  const command = await pythonWith(join(folder, 'requirements.txt'))
  return { command, args: ['-u', join(folder, 'client.py')] }
}

/** Go's client, compiled. */
export async function goClient(): Promise<Program> {
  const folder = await prepared('go', async (path) => {
    const env = { ...process.env, CGO_ENABLED: '0' }
    await run('go', ['build', '-o', 'client', '.'], { cwd: path, env })
  })
  return { command: join(folder, 'client'), args: [] }
}

/** A copy of the client's folder in the user's cache, made ready once per content. */
async function prepared(
  name: string,
  prepare: (folder: string) => Promise<unknown>,
): Promise<string> {
  const source = join(__dirname, name)
  const hash = createHash('sha256')
  for (const file of readdirSync(source).toSorted()) {
    hash.update(file).update(readFileSync(join(source, file)))
  }
  const cache = artifactCacheFolder(stackSettings().cache)
  const folder = join(cache, `client-${name}-${hash.digest('hex').slice(0, 12)}`)
  const complete = join(folder, 'complete')
  if (!existsSync(complete)) {
    rmSync(folder, { recursive: true, force: true })
    cpSync(source, folder, { recursive: true })
    await prepare(folder)
    mkdirSync(complete)
  }
  return folder
}
