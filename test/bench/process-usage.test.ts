import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { processUsage } from '../../bench/measure/process-usage'
import { waitFor } from '../support/wait-for'

/** Starts a child that spins for 0.4 s of CPU, then waits. */
const SPIN =
  "const s = 'setInterval(() => undefined, 1000); while (process.cpuUsage().user < 400000);';" +
  "require('node:child_process').spawn(process.execPath, ['-e', s], { stdio: 'inherit' })"

describe('The usage of a process', () => {
  let parent: ChildProcess

  beforeEach(() => {
    parent = spawn(process.execPath, ['-e', SPIN], { detached: true })
  })

  afterEach(() => {
    // The group, which is the parent and its child.
    process.kill(-(parent.pid ?? 0), 'SIGKILL')
  })

  it('includes that of the processes it started', async () => {
    await waitFor("the child's CPU time", () => processUsage(parent.pid ?? 0).cpuSeconds > 0.3)
    const { peakBytes } = processUsage(parent.pid ?? 0)
    expect(peakBytes.size).toBe(2)
    for (const bytes of peakBytes.values()) expect(bytes).toBeGreaterThan(10e6)
  })
})
