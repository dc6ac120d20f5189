import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stack, StackEndpoints, StackOptions } from '../../src/dev-stack/stack'
import type { ServiceName } from '../../src/dev-stack/service/stack-event'
import { startStack } from '../../src/dev-stack/start-stack'

export interface TestStack extends Stack {
  /** Those of the services that were asked for. */
  readonly endpoints: Required<StackEndpoints>
}

/** Records of tests bear times of long ago, which a broker would remove at its next look. */
const KEEP = { 'log.retention.ms': '-1' }

/** The real parts in a temporary home on free ports; `stop` ends them and removes the home. */
export async function startTestStack(options: Omit<StackOptions, 'home'> = {}): Promise<TestStack> {
  const home = await mkdtemp(join(tmpdir(), 'facts-test-'))
  try {
    const kafka = { ...KEEP, ...options.settings?.kafka }
    const stack = await startStack({
      application: 'wildapp',
      ...options,
      home,
      settings: { ...options.settings, kafka },
    })
    return {
      ...stack,
      endpoints: stack.endpoints as Required<StackEndpoints>,
      stop: async () => {
        // Kafka and Connect take seconds to end well, and nothing of them is needed any more.
        const jvms = Object.keys(stack.processes).filter((name) => name !== 'postgres')
        await Promise.all(jvms.map((name) => stack.kill(name as ServiceName)))
        await stack.stop()
        await rm(home, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(home, { recursive: true, force: true })
    throw error
  }
}
