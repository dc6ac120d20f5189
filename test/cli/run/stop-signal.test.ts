import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { packageRoot } from '../../../src/package-root'

const SIGNALS = join(packageRoot(), 'src', 'cli', 'run', 'stop-signal.ts')

/** A process that runs the body with `signal`, and says "ready" before. */
function running(body: string): { child: ChildProcess; said: () => string } {
  const options = `{ deadlineMs: 300, waitingFor: () => ['the answer'] }`
  const code = `const { stopSignal } = require(${JSON.stringify(SIGNALS)})
    const signal = stopSignal(${options})
    // As a server's sockets do: listeners of signals alone do not keep a process.
    const open = setInterval(() => undefined, 60_000)
    console.log('ready')
    ;(async () => { ${body}; clearInterval(open) })()`
  const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), '--eval', code])
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  }
  return { child, said: () => text }
}

async function end(
  { child, said }: ReturnType<typeof running>,
  signal?: NodeJS.Signals,
): Promise<[code: unknown, said: string]> {
  const gone = once(child, 'close')
  await once(child.stdout ?? child, 'data')
  if (signal !== undefined) child.kill(signal)
  const [code] = (await gone) as [unknown]
  return [code, said()]
}

test('a process that hangs in its stop ends at the deadline, with what it waited for and a code of its own', async () => {
  const hanging = running('await signal.stopped; await new Promise(() => {}); signal.release()')
  const [code, said] = await end(hanging, 'SIGTERM')
  expect(code).toBe(1)
  expect(said).toContain('waiting for: the answer')
})

test('one that ends by itself has the same deadline', async () => {
  const [code] = await end(running('signal.ending(); await new Promise(() => {})'))
  expect(code).toBe(1)
})

test('one that has released what it held ends at once and well', async () => {
  const [code, said] = await end(running('await signal.stopped; signal.release()'), 'SIGINT')
  expect([code, said]).toEqual([0, 'ready\n'])
})
