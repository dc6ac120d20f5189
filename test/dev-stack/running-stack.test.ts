import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tryLock } from '../../src/dev-stack/process/file-lock'
import { isAlive } from '../../src/dev-stack/process/process-identity'
import { writeRunRecord } from '../../src/dev-stack/run-record'
import { stackStatus, stopStack } from '../../src/dev-stack/running-stack'
import { endSleepers, startSleeper } from '../support/sleeper'
import { temporaryFolder } from '../support/temporary-folder'

const folder = temporaryFolder()

afterEach(endSleepers)

test('nothing runs on an empty home, and stopping it is no error', async () => {
  expect(stackStatus(folder.path)).toMatchObject({ state: 'none', owner: undefined, services: {} })
  await expect(stopStack(folder.path)).resolves.toBe('none')
})

test('services without an owner are leftovers, and stop ends them', async () => {
  const sleeper = await startSleeper()
  writeRunRecord(join(folder.path, 'run.json'), { kafka: sleeper })
  expect(stackStatus(folder.path)).toMatchObject({
    state: 'leftovers',
    services: { kafka: sleeper },
  })
  await expect(stopStack(folder.path)).resolves.toBe('leftovers')
  expect(isAlive(sleeper)).toBe(false)
  expect(stackStatus(folder.path).state).toBe('none')
})

test('a running stack is stopped by asking its owner', async () => {
  const owner = await startSleeper()
  const service = await startSleeper()
  writeFileSync(join(folder.path, 'lock'), JSON.stringify(owner))
  writeRunRecord(join(folder.path, 'run.json'), { kafka: service })
  expect(stackStatus(folder.path)).toMatchObject({ state: 'running', owner: owner.pid })
  await expect(stopStack(folder.path)).resolves.toBe('running')
  expect(isAlive(owner)).toBe(false)
  expect(isAlive(service)).toBe(false)
})

test('endpoints are shown only while the stack runs', () => {
  writeFileSync(join(folder.path, 'endpoints.json'), '{"connect":{"url":"http://127.0.0.1:1"}}')
  expect(stackStatus(folder.path).endpoints).toBeUndefined()
  tryLock(join(folder.path, 'lock'))
  expect(stackStatus(folder.path).endpoints).toEqual({ connect: { url: 'http://127.0.0.1:1' } })
})
