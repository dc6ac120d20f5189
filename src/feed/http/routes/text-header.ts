import type { FastifyRequest } from 'fastify'

/** A header of the request as text; undefined when it is absent. */
export function textHeader({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(',') : value
}
