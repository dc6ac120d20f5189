import { join } from 'node:path'
import { stackSettings } from '../../src/config/config'
import { ensureArtifacts } from '../../src/dev-stack/artifacts/artifact-cache'
import { artifactLock } from '../../src/dev-stack/artifacts/artifact-lock'
import { findJava } from '../../src/dev-stack/machine/java'

/** What runs Kafka's own command-line tools. */
export async function kafkaTools(): Promise<{ readonly java: string; readonly classPath: string }> {
  const { cache, mavenRepository: repository } = stackSettings()
  const groups = ['kafka'] as const
  const { kafka } = await ensureArtifacts({ lock: artifactLock(), cache, repository, groups })
  const { command } = await findJava(stackSettings())
  return { java: command, classPath: join(kafka, '*') }
}
