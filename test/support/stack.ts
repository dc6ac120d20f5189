import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stack, StackEndpoints, StackOptions } from '../../src/stack/stack'
import { startStack } from '../../src/stack/start-stack'

export interface TestStack extends Stack {
  /** Those of the services that were asked for. */
  readonly endpoints: Required<StackEndpoints>
}

/** The real parts in a temporary home on free ports; `stop` ends them and removes the home. */
export async function startTestStack(options: Omit<StackOptions, 'home'> = {}): Promise<TestStack> {
  const home = await mkdtemp(join(tmpdir(), 'facts-test-'))
  try {
    const stack = await startStack({ ...options, home })
    return {
      ...stack,
      endpoints: stack.endpoints as Required<StackEndpoints>,
      stop: async () => {
        await stack.stop()
        await rm(home, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await rm(home, { recursive: true, force: true })
    throw error
  }
}
