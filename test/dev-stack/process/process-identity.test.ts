import { identify, isAlive, signal } from '../../../src/dev-stack/process/process-identity'
import { endSleepers, startSleeper } from '../../support/sleeper'
import { waitFor } from '../../support/wait-for'

afterEach(endSleepers)

test('a process is itself for as long as it lives', async () => {
  const sleeper = await startSleeper()
  expect(isAlive(sleeper)).toBe(true)
  signal(sleeper, 'SIGKILL')
  await waitFor('the end', () => !isAlive(sleeper))
})

test('another process with the same number is a stranger', async () => {
  const sleeper = await startSleeper()
  expect(isAlive({ ...sleeper, started: `${sleeper.started}0` })).toBe(false)
})

test('a stranger is never signalled', async () => {
  const sleeper = await startSleeper()
  expect(signal({ ...sleeper, started: 'before' }, 'SIGKILL')).toBe(false)
  expect(isAlive(sleeper)).toBe(true)
})

test('a number that no process has identifies no process', () => {
  expect(identify(2 ** 22 + 1)).toBeUndefined()
})
