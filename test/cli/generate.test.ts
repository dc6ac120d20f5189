import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageCode } from '../../src/cli/pull/app-folder'
import { factsCommand } from '../../src/cli/facts-command'
import { temporaryFolder } from '../support/temporary-folder'

const PROTO = `syntax = "proto3";
package shop.v1;
import "facts/v1/header.proto";
message Order {
  facts.v1.Header header = 1;
  int64 id = 2;
}
`

describe('facts generate', () => {
  const folder = temporaryFolder()
  const print = jest.spyOn(console, 'log').mockReturnValue()
  const complain = jest.spyOn(console, 'error').mockReturnValue()
  beforeEach(() => {
    jest.clearAllMocks()
    mkdirSync(join(folder.path, 'proto', 'shop', 'v1'), { recursive: true })
    writeFileSync(join(folder.path, 'proto', 'shop', 'v1', 'order.proto'), PROTO)
  })
  afterEach(() => (process.exitCode = 0))

  const generate = (...args: readonly string[]): Promise<unknown> => {
    const folders = ['--proto', join(folder.path, 'proto'), '--out', join(folder.path, 'gen')]
    return factsCommand('generate').parseAsync(['node', 'facts', 'generate', ...folders, ...args])
  }
  const code = (): string => readFileSync(join(folder.path, 'gen', 'messages.js'), 'utf8')

  test('writes the code of the messages, and nothing when it is current', async () => {
    await generate()
    expect(readdirSync(join(folder.path, 'gen')).toSorted()).toEqual([
      'messages.d.ts',
      'messages.js',
      'schemas.ts',
    ])
    expect(code()).toContain('Order.encode')
    await generate()
    expect(print).toHaveBeenLastCalledWith('Everything is current.')
  })

  test('with --check it writes nothing, names what is stale, and ends with 1 until it is current', async () => {
    await generate('--check')
    expect(process.exitCode).toBe(1)
    expect(complain).toHaveBeenCalledWith(expect.stringContaining('messages.js is not what'))
    expect(readdirSync(folder.path)).toEqual(['proto'])
    await generate()
    await generate('--check')
    expect(process.exitCode).toBe(0)
  })

  test('writes the form of module that --module names', async () => {
    await generate('--module', 'esm')
    expect(code()).toMatch(/^export /m)
    await generate('--module', 'commonjs')
    expect(code()).not.toMatch(/^export /m)
  })

  test('a pull writes the form that package.json says, as this does without --module', async () => {
    writeFileSync(join(folder.path, 'package.json'), '{ "type": "module" }')
    const files = await messageCode(folder.path, [])
    const [messages] = files.filter(({ path }) => path === 'gen/messages.js')
    expect(messages?.text).toMatch(/^export /m)
  })

  test('names the folder of proto files that is not there', async () => {
    await expect(generate('--proto', join(folder.path, 'none'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('facts generate --proto <folder>'),
    })
  })
})
