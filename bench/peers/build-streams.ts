import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root'
import type { Progress } from '../progress'
import { runChild } from './child'

/** Builds the Kafka Streams peer with Maven unless it is newer than its sources, and gives its class path. */
export async function buildStreams(home: string, progress: Progress): Promise<string> {
  const root = join(packageRoot(), 'bench', 'kafka-streams')
  const jar = join(root, 'target', 'kafka-streams-peer.jar')
  const sources = [
    join(root, 'pom.xml'),
    ...files(join(root, 'src')),
    ...files(join(packageRoot(), 'proto')),
  ]
  const builtAt = existsSync(jar) ? statSync(jar).mtimeMs : 0
  if (sources.some((path) => statSync(path).mtimeMs > builtAt)) {
    progress.say('Building the Kafka Streams peer (mvn package)')
    const args = ['-q', '-B', '-DskipTests', '-f', join(root, 'pom.xml'), 'clean', 'package']
    await runChild({ command: 'mvn', args, log: join(home, 'mvn.log') })
  }
  return `${jar}:${join(root, 'target', 'lib', '*')}`
}

function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
