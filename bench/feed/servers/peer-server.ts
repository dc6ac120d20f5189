import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { PeerOptions } from './peer-process'
import type { ServerKind } from './server'

/** A server without a log: it makes the events itself. */
export function peerServerKind(name: string, options: PeerOptions): ServerKind {
  return {
    name,
    start: async () => {
      const child = fork(join(__dirname, 'peer-process.ts'), [JSON.stringify(options)], {
        execArgv: ['--require', require.resolve('tsx/cjs')],
      })
      const { port } = (await answer(child)) as { readonly port: number }
      let first = 0
      return {
        pid: child.pid ?? -1,
        port,
        path: '/',
        emit: async (perSecond, seconds) => {
          const count = Math.round(perSecond * seconds)
          child.send({ first, perSecond, seconds })
          await answer(child)
          first += count
          return { first: first - count, count, committed: [] }
        },
        stop: async () => {
          child.send({ stop: true })
          const { handed } = (await answer(child)) as { readonly handed: [number, number][] }
          const ended = new Promise((resolve) => child.once('close', resolve))
          child.kill('SIGKILL')
          await ended
          return new Map(handed)
        },
      }
    },
  }
}

function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const failed = (): void => reject(new Error('The peer ended by itself.'))
    child.once('exit', failed)
    child.once('message', (message) => {
      child.off('exit', failed)
      resolve(message)
    })
  })
}
