import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../../problem'
import type { Caller } from './caller'
import { ANYONE } from './caller'
import { requestToken } from './request-token'
import type { TokenVerifier } from './token-verifier'

/** Authenticates a request before anything else of it is processed. */
export class Guard {
  private readonly readers = new WeakMap<FastifyRequest, Caller>()

  /** Without a verifier requests are unauthenticated. */
  constructor(private readonly verifier: TokenVerifier | undefined) {}

  /** Authenticates every route of the server, also those added later. */
  protect(server: FastifyInstance): void {
    server.addHook('onRequest', async (request) => {
      this.readers.set(request, await this.ask(request))
    })
  }

  callerOf(request: FastifyRequest): Caller {
    const reader = this.readers.get(request)
    if (reader === undefined) throw new Error('the route is not protected')
    return reader
  }

  /** The consumer that the session is counted for. Throws Problem `not-allowed` when the request names another one. */
  consumer({ subject }: Caller, named: string | undefined): string | undefined {
    if (subject === undefined || named === undefined || named === subject) return subject ?? named
    throw new Problem('not-allowed', 'The consumer must be the subject of the token.')
  }

  private ask(request: FastifyRequest): Promise<Caller> {
    const { verifier } = this
    if (verifier === undefined) return Promise.resolve(ANYONE)
    return verifier.reader(requestToken(request, verifier.options.cookie))
  }
}
