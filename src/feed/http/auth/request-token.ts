import type { FastifyRequest } from 'fastify'
import { Problem } from '../../problem'

/** Parameters in which clients send tokens: RFC 6750 and common practice. */
const IN_URL = ['access_token', 'token', 'id_token', 'jwt', 'authorization', 'auth']

/**
 * The token of the request: from the Authorization header, or else from the cookie. Throws Problem `token-in-url`,
 * `token-missing`, or `token-invalid` when the header has another scheme.
 */
export function requestToken({ query, headers }: FastifyRequest, cookie: string): string {
  const names = Object.keys(query ?? {}).map((name) => name.toLowerCase())
  if (IN_URL.some((name) => names.includes(name))) {
    throw new Problem(
      'token-in-url',
      'URLs are written to logs and browser histories, so a token in a URL is not accepted. Send it in the Authorization header, and replace it: it may have leaked.',
    )
  }
  const { authorization } = headers
  if (authorization !== undefined) {
    const [, token] = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization) ?? []
    if (token !== undefined) return token
    throw new Problem('token-invalid', 'The Authorization header must be "Bearer" and a token.')
  }
  const token = cookieOf(headers.cookie, cookie)
  if (token !== undefined && token !== '') return token
  throw new Problem(
    'token-missing',
    `Send a token: "Authorization: Bearer ...", or the cookie ${cookie}.`,
  )
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}
