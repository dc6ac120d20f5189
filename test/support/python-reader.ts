import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Config } from '../../src/config'
import { projectRoot, stackSettings } from '../../src/config'
import { artifactCacheFolder } from '../../src/stack/artifact-cache'

const run = promisify(execFile)
const FOLDER = join(projectRoot(), 'test/golden/confluent')

/** A fact as librdkafka read it and Confluent's Python deserializer decoded it; `value` is protobuf JSON. */
export interface StrangersFact {
  readonly key: string
  readonly timestamp: number
  readonly headers: Readonly<Record<string, string>>
  readonly value: Readonly<Record<string, unknown>>
}

/** Python with Confluent's client, installed once per user and list of packages. */
async function python(): Promise<string> {
  const requirements = join(FOLDER, 'requirements.txt')
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

/** Reads a topic to its end with somebody else's client in another language. */
export async function readWithPython(
  { kafka, registry }: Config,
  topic: string,
  message: string,
): Promise<readonly StrangersFact[]> {
  const { stdout } = await run(
    await python(),
    [
      join(FOLDER, 'decode_fact.py'),
      ...['--brokers', kafka.brokers.join(','), '--topic', topic],
      ...['--message', message, '--registry', registry.url],
    ],
    { maxBuffer: 512 * 1024 * 1024 },
  )
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StrangersFact)
}
