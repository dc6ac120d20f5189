import type { ConnectClient } from '../../src/connector/connect-client'
import { retakeSnapshot } from '../../src/connector/retake-snapshot'

/** A connector whose last task takes a few attempts to end. */
function connector(refusals: number) {
  const calls: string[] = []
  let left = refusals
  const client = {
    stop: () => Promise.resolve(void calls.push('stop')),
    resume: () => Promise.resolve(void calls.push('resume')),
    forgetOffsets: () => {
      calls.push('forget')
      left -= 1
      return left < 0 ? Promise.resolve() : Promise.reject(new Error('tasks are running'))
    },
  } as unknown as ConnectClient
  return { calls, client }
}

test('what is to be done whileStopped is done while it is stopped, and nothing is forgotten when that fails', async () => {
  const { calls, client } = connector(0)
  const whileStopped = (): Promise<void> => Promise.resolve(void calls.push('whileStopped'))
  await retakeSnapshot({ client, name: 'monolith', whileStopped })
  expect(calls).toEqual(['stop', 'whileStopped', 'forget', 'resume'])
  calls.length = 0
  const fail = (): Promise<void> => Promise.reject(new Error('not allowed'))
  await expect(retakeSnapshot({ client, name: 'monolith', whileStopped: fail })).rejects.toThrow(
    'not allowed',
  )
  expect(calls).toEqual(['stop', 'resume'])
})

test('the connector is stopped, its offsets are deleted when its tasks have ended, and it is resumed', async () => {
  const { calls, client } = connector(2)
  await retakeSnapshot({ client, name: 'monolith', pauseMs: 1 })
  expect(calls).toEqual(['stop', 'forget', 'forget', 'forget', 'resume'])
})

test('a connector that keeps its offsets is resumed nevertheless, and the refusal is thrown', async () => {
  const { calls, client } = connector(1_000)
  await expect(
    retakeSnapshot({ client, name: 'monolith', pauseMs: 1, deadlineMs: 20 }),
  ).rejects.toThrow('tasks are running')
  expect(calls.at(-1)).toBe('resume')
})
