import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder'

const folder = temporaryFolder()

test('a run that a test keeps from ending names what is open, keeps the results and fails', () => {
  const write = (name: string, text: string): void => writeFileSync(join(folder.path, name), text)
  write(
    'open.test.js',
    `const { createServer } = require('node:net')
     test('one', (done) => void createServer().listen(0, '127.0.0.1', done))`,
  )
  const teardown = JSON.stringify(join(__dirname, 'still-open.cjs'))
  write('teardown.js', `module.exports = require(${teardown}).endWithin(2_000)`)
  const config = { globalTeardown: './teardown.js', transform: {}, cacheDirectory: './cache' }
  write('jest.config.json', JSON.stringify(config))
  const jest = join(require.resolve('jest/package.json'), '..', 'bin', 'jest.js')
  const { status, stderr } = spawnSync(
    process.execPath,
    [jest, '--runInBand', '--watchman=false', '--rootDir', folder.path],
    { cwd: folder.path, encoding: 'utf8' },
  )
  expect(stderr).toContain('A test left something open')
  expect(stderr).toMatch(/Server at \{"address":"127\.0\.0\.1"/)
  expect(stderr).toMatch(/Tests: +1 passed, 1 total/)
  expect(status).toBe(1)
})
