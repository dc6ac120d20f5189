import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../../problem'
import type { Reader } from './reader'
import { ANYONE } from './reader'
import { requestToken } from './request-token'
import type { TokenVerifier } from './token-verifier'

/** Asks who it is before anything else of the request is looked at. */
export class Guard {
  private readonly readers = new WeakMap<FastifyRequest, Reader>()

  /** Without a verifier nobody is asked. */
  constructor(private readonly verifier: TokenVerifier | undefined) {}

  /** Nothing of the server's is reached without it, also what is added later. */
  protect(server: FastifyInstance): void {
    server.addHook('onRequest', async (request) => {
      this.readers.set(request, await this.ask(request))
    })
  }

  readerOf(request: FastifyRequest): Reader {
    const reader = this.readers.get(request)
    if (reader === undefined) throw new Error('a route that is not protected')
    return reader
  }

  /** The one whom the session is counted for. Throws Problem `not-allowed` when another one is named. */
  consumer({ subject }: Reader, named: string | undefined): string | undefined {
    if (subject === undefined || named === undefined || named === subject) return subject ?? named
    throw new Problem('not-allowed', 'The consumer is the subject of the token, and no other.')
  }

  private ask(request: FastifyRequest): Promise<Reader> {
    const { verifier } = this
    if (verifier === undefined) return Promise.resolve(ANYONE)
    return verifier.reader(requestToken(request, verifier.options.cookie))
  }
}
