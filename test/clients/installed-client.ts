import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { stackSettings } from '../../src/config/config'
import { artifactCacheFolder } from '../../src/dev-stack/artifacts/artifact-cache'
import { download } from '../../src/dev-stack/artifacts/download'
import { findJava } from '../../src/dev-stack/machine/java'
import { mavenUrl } from '../../src/dev-stack/artifacts/maven-url'
import { pythonWith } from '../support/python-environment'

const run = promisify(execFile)

/** A program that takes the name of a client and addresses as further arguments. */
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

/** Go's clients, compiled. */
export async function goClients(): Promise<Program> {
  const folder = await prepared('go', async (path) => {
    const env = { ...process.env, CGO_ENABLED: '0' }
    await run('go', ['build', '-o', 'client', '.'], { cwd: path, env })
  })
  return { command: join(folder, 'client'), args: [] }
}

interface LockedJar {
  /** group:artifact:version */
  readonly coordinates: string
  /** Bytes. */
  readonly size: number
  readonly sha256: string
}

/** Java's client, compiled against its jars as locked. */
export async function javaClients(): Promise<Program> {
  const { command } = await findJava(stackSettings())
  const folder = await prepared('java', async (path) => {
    const jars = JSON.parse(readFileSync(join(path, 'jars.json'), 'utf8')) as readonly LockedJar[]
    const files = await Promise.all(jars.map((jar) => fetchJar(jar, path)))
    const compiler = ['-m', 'jdk.compiler/com.sun.tools.javac.Main', '-cp', files.join(delimiter)]
    await run(command, [...compiler, 'Client.java'], { cwd: path })
  })
  // Little is to be done: what starts fast is faster.
  const options = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
  return {
    command,
    args: [...options, '-cp', [folder, join(folder, '*')].join(delimiter), 'Client'],
  }
}

/** Resolves with its name in the folder. */
async function fetchJar({ coordinates, size, sha256 }: LockedJar, folder: string): Promise<string> {
  const [group = '', artifact = '', version = ''] = coordinates.split(':')
  const file = `${artifact}-${version}.jar`
  const jar = { group, artifact, version, file, extension: 'jar', classifier: undefined }
  const url = await mavenUrl({ ...jar, size, sha256 }, stackSettings().mavenRepository)
  await download({ url, target: join(folder, file), size, sha256 })
  return file
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
