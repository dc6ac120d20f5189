import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder'

const folder = temporaryFolder()

/** Runs two test files, one of which leaves a rejection that arrives when it has ended. */
function runWithLateError(): { readonly status: number | null; readonly said: string } {
  const write = (name: string, text: string): void => writeFileSync(join(folder.path, name), text)
  const environment = JSON.stringify(require.resolve('jest-environment-node'))
  write('one.test.js', "test('one', () => {})")
  write('two.test.js', "test('two', () => {})")
  write(
    'environment.js',
    `module.exports = class extends require(${environment}).TestEnvironment {
      async teardown() {
        await super.teardown()
        void Promise.reject(new Error('came late'))
        await new Promise(setImmediate)
      }
    }`,
  )
  write(
    'jest.config.json',
    JSON.stringify({
      globalSetup: join(__dirname, 'late-errors.cjs'),
      testEnvironment: './environment.js',
      transform: {},
      cacheDirectory: './cache',
    }),
  )
  const jest = join(require.resolve('jest/package.json'), '..', 'bin', 'jest.js')
  const args = [jest, '--runInBand', '--watchman=false', '--rootDir', folder.path]
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: folder.path,
    encoding: 'utf8',
  })
  return { status, said: stderr }
}

test('an error between two test files is printed, keeps the results and fails the run', () => {
  const { status, said } = runWithLateError()
  expect(said).toContain('unhandledRejection between two test files: Error: came late')
  expect(said).toMatch(/Tests: +2 passed, 2 total/)
  expect(status).toBe(1)
})
