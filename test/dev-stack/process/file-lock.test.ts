import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lockHolder, tryLock, waitForLock } from '../../../src/dev-stack/process/file-lock'
import type { FileLock } from '../../../src/dev-stack/process/file-lock'
import { identify } from '../../../src/dev-stack/process/process-identity'
import { endSleepers, startSleeper } from '../../support/sleeper'
import { temporaryFolder } from '../../support/temporary-folder'

const folder = temporaryFolder()
const path = (): string => join(folder.path, 'home', 'lock')

afterEach(endSleepers)

function lock(): FileLock {
  const taken = tryLock(path())
  if (!('release' in taken)) throw new Error(`held by ${taken.pid}`)
  return taken
}

test('a held lock tells its holder', () => {
  lock()
  expect(tryLock(path())).toEqual(identify(process.pid))
  expect(lockHolder(path())).toEqual(identify(process.pid))
})

test('a released lock can be taken again and leaves no file', () => {
  lock().release()
  expect(readdirSync(join(folder.path, 'home'))).toEqual([])
  lock()
})

test('the lock of a process that is gone is taken over', async () => {
  const sleeper = await startSleeper()
  lock().release()
  writeFileSync(path(), JSON.stringify({ ...sleeper, started: 'before' }))
  expect(lockHolder(path())).toBeUndefined()
  lock()
  expect(lockHolder(path())?.pid).toBe(process.pid)
})

test('the lock of a living process is respected', async () => {
  const sleeper = await startSleeper()
  lock().release()
  writeFileSync(path(), JSON.stringify(sleeper))
  expect(tryLock(path())).toEqual(sleeper)
})

test('a damaged lock file is taken over', () => {
  lock().release()
  writeFileSync(path(), 'half a l')
  lock()
})

test('releasing twice does not take the lock from the next holder', () => {
  const first = lock()
  first.release()
  lock()
  first.release()
  expect(existsSync(path())).toBe(true)
})

test('a waiter gets the lock when it is released, and learns which process it waits for', async () => {
  const first = lock()
  const holders: number[] = []
  const waiting = waitForLock(path(), ({ pid }) => {
    holders.push(pid)
    first.release()
  })
  await expect(waiting).resolves.toHaveProperty('release')
  expect(holders).toEqual([process.pid])
})
