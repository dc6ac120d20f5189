/** An error for people: what happened, where, what to do. Printed without a stack; the command exits with 1. */
export class Problem extends Error {
  override readonly name = 'Problem'
}

interface Coded {
  readonly code?: unknown
  readonly hint?: unknown
}

/** Explains PostgreSQL's SQLSTATE and Node's network codes; returns other errors unchanged. `where` is host:port/database. */
export function explain(error: unknown, where: string): unknown {
  for (const inner of chain(error)) {
    const message = inner instanceof Error ? inner.message : ''
    switch ((inner as Coded).code) {
      case 'ECONNREFUSED':
      case 'ECONNRESET':
      case 'ETIMEDOUT':
      case 'EPIPE':
        return problem(
          `No PostgreSQL answers at ${where}. Start it (\`npm run stack\` or \`docker compose up\`) or correct DATABASE_URL.`,
          error,
        )
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        return problem(`The host of ${where} is not known. Correct DATABASE_URL.`, error)
      case '28P01':
      case '28000':
        return problem(
          `PostgreSQL at ${where} refused the login: ${message}. Correct DATABASE_URL.`,
          error,
        )
      case '3D000':
        return problem(`${message} at ${where}. Create it or correct DATABASE_URL.`, error)
      case '57P03':
      case '57P01':
        return problem(
          `PostgreSQL at ${where} is starting or stopping: ${message}. Try again shortly.`,
          error,
        )
      case '42P01':
        return problem(
          `A table is missing in ${where}: ${message}. Run \`npm run migrate\` first.`,
          error,
        )
      default:
    }
    if (message.includes('Connection terminated')) {
      return problem(`The connection to PostgreSQL at ${where} was lost: ${message}.`, error)
    }
  }
  return error
}

function problem(message: string, cause: unknown): Problem {
  return new Problem(message, { cause })
}

/** The error, what it wraps (drizzle wraps the driver's error), and the parts of an AggregateError (one per address). */
function* chain(error: unknown): Generator<object> {
  let current: unknown = error
  for (let depth = 0; depth < 8 && typeof current === 'object' && current !== null; depth++) {
    yield current
    if (current instanceof AggregateError) for (const part of current.errors) yield part as object
    current = (current as { cause?: unknown }).cause
  }
}
