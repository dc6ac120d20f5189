import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stackSettings } from '../../src/config'
import { ensureArtifacts } from '../../src/stack/artifact-cache'
import { artifactLock } from '../../src/stack/artifact-lock'
import { findJava } from '../../src/stack/java'

export interface ReadFact {
  readonly partition: number
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
}

/** Reads a topic to its end with Kafka's own Java consumer at read_committed: the referee is not our client. */
export async function readWithJava(
  brokers: readonly string[],
  topic: string,
): Promise<readonly ReadFact[]> {
  const { cache, mavenRepository: repository } = stackSettings()
  const { kafka } = await ensureArtifacts({
    lock: artifactLock(),
    cache,
    repository,
    groups: ['kafka'],
  })
  const { command } = await findJava(stackSettings())
  const properties = ['key', 'partition', 'headers'].map((name) => `print.${name}=true`)
  const args = [
    ...['-cp', join(kafka, '*'), 'org.apache.kafka.tools.consumer.ConsoleConsumer'],
    ...['--bootstrap-server', brokers.join(','), '--topic', topic, '--from-beginning'],
    ...['--isolation-level', 'read_committed', '--timeout-ms', '8000'],
    ...[...properties, 'print.value=false'].flatMap((property) => [
      '--formatter-property',
      property,
    ]),
  ]
  const { stdout } = await promisify(execFile)(command, args, {
    maxBuffer: 512 * 1024 * 1024,
    timeout: 180_000,
  })
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('Partition:'))
    .map(parse)
}

/** `Partition:3 \t ce_id:x,ce_type:y \t 42` */
function parse(line: string): ReadFact {
  const [partition = '', headers = '', key = ''] = line.split('\t')
  const pairs = headers.split(',').map((pair): [string, string] => {
    const at = pair.indexOf(':')
    return [pair.slice(0, at), pair.slice(at + 1)]
  })
  return {
    partition: Number(partition.slice('Partition:'.length)),
    key,
    headers: Object.fromEntries(pairs),
  }
}
