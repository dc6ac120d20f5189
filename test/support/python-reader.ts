import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Config } from '../../src/config/config'
import { packageRoot } from '../../src/package-root'
import { pythonWith } from './python-environment'

const run = promisify(execFile)
const FOLDER = join(packageRoot(), 'test/golden/confluent')

/** A fact as librdkafka read it and Confluent's Python deserializer decoded it; `value` is protobuf JSON. */
export interface StrangersFact {
  readonly key: string
  readonly timestamp: number
  readonly headers: Readonly<Record<string, string>>
  readonly value: Readonly<Record<string, unknown>>
}

/** Reads a topic to its end with the client of another project, in another language. */
export async function readWithPython(
  { kafka, registry }: Config,
  topic: string,
  message: string,
): Promise<readonly StrangersFact[]> {
  const { stdout } = await run(
    await pythonWith(join(FOLDER, 'requirements.txt')),
    [
      join(FOLDER, 'decode_fact.py'),
      '--brokers',
      kafka.brokers.join(','),
      '--topic',
      topic,
      '--message',
      message,
      '--registry',
      registry.url,
    ],
    { maxBuffer: 512 * 1024 * 1024 },
  )
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StrangersFact)
}
