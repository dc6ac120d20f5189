import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { endWithTheReader } from '../../../src/cli/run/closed-pipe'
import { stopSignal } from '../../../src/cli/run/stop-signal'
import { packageRoot } from '../../../src/package-root'

jest.setTimeout(120_000)

const epipe = (): Error => Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })

test.each([['describe'], ['--help']])(
  'facts %s into a pipe that is closed ends quietly, with code 0',
  async (verb) => {
    const child = spawn(process.execPath, [join(packageRoot(), 'bin', 'facts.cjs'), verb], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    expect({ code, said }).toEqual({ code: 0, said: '' })
  },
)

describe('when the reader has closed the pipe', () => {
  const listeners = process.listeners('exit')
  afterEach(() => {
    for (const one of process.listeners('exit'))
      if (!listeners.includes(one)) process.off('exit', one)
  })

  test('a verb that runs until a signal stops as after one, once', async () => {
    const output = new EventEmitter()
    const ended: number[] = []
    endWithTheReader(output, (code) => ended.push(code))
    const signal = stopSignal()
    output.emit('error', epipe())
    output.emit('error', epipe())
    expect(await signal.stopped).toBe('SIGTERM')
    signal.release()
    expect(ended).toEqual([])
  })

  test('another verb ends with code 0', () => {
    const output = new EventEmitter()
    const ended: number[] = []
    endWithTheReader(output, (code) => ended.push(code))
    output.emit('error', epipe())
    expect(ended).toEqual([0])
  })

  test('another error is not hidden', () => {
    const output = new EventEmitter()
    endWithTheReader(output)
    expect(() => output.emit('error', new Error('disk'))).toThrow('disk')
  })
})
