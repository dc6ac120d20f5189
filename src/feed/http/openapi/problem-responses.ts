import { PROBLEMS, Problem } from '../../problem'
import type { ProblemName } from '../../problem'
import { problemReply } from '../routes/problem-reply'
import type { JsonSchema } from './json-schema'
import { ref } from './json-schema'

const NAMES = Object.keys(PROBLEMS) as readonly ProblemName[]
const statuses = [...new Set(Object.values(PROBLEMS))].sort((a, b) => a - b)

/** Response components, one for each status: its problems and their headers. */
export function problemResponses(): Readonly<Record<string, JsonSchema>> {
  return Object.fromEntries(statuses.map((status) => [`Problem${status}`, response(status)]))
}

/** References for an operation, which may return any of them. */
export const problemRefs = (): JsonSchema =>
  Object.fromEntries(
    statuses.map((status) => [String(status), { $ref: `#/components/responses/Problem${status}` }]),
  )

function response(status: number): JsonSchema {
  const names = NAMES.filter((name) => PROBLEMS[name] === status)
  const replies = names.map((name) => problemReply(new Problem(name, '')))
  const titles = replies.map(
    ({ body }, index) => `- \`${names[index] ?? ''}\`: ${String(body['title'])}`,
  )
  const headers = ['retry-after', 'www-authenticate'].filter((header) =>
    replies.some((reply) => reply.headers[header] !== undefined),
  )
  const types = names.map((name) => `urn:facts:${name}`)
  return {
    description: titles.join('\n'),
    headers: Object.fromEntries(headers.map((header) => [header, { schema: { type: 'string' } }])),
    content: {
      'application/problem+json': {
        schema: { allOf: [ref('Problem'), { properties: { type: { enum: types } } }] },
      },
    },
  }
}
