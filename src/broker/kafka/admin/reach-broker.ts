import { createConnection } from 'node:net'
import { startServices } from '../../../command-line'
import { FactsError } from '../../../errors'

/** Milliseconds: shorter than what KafkaJS waits for, so that a verb says soon what is missing. */
const REACH_MS = 3_000

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'unknown host',
}

/**
 * The first of these brokers (host:port) that accepts a connection; all are tried at once. Throws FactsError BROKER_UNAVAILABLE when
 * none does, with the reason of each, after `timeoutMs` at the latest. Nothing is sent: whether it is a broker, and what it asks for, is
 * not known yet.
 */
export async function reachBroker(
  brokers: readonly string[],
  timeoutMs = REACH_MS,
): Promise<string> {
  const ending = new AbortController()
  try {
    return await Promise.any(brokers.map((broker) => connects(broker, timeoutMs, ending.signal)))
  } catch (error) {
    const reasons = error instanceof AggregateError ? error.errors.map(reasonOf) : []
    throw kafkaMissing(
      brokers.map((broker, index) => `${broker} (${reasons[index] ?? 'no reason given'})`),
      error,
    )
  } finally {
    ending.abort()
  }
}

/** `tried`: the brokers, each with what happened. */
export function kafkaMissing(tried: readonly string[], cause: unknown): FactsError {
  return new FactsError(
    'BROKER_UNAVAILABLE',
    `Kafka does not answer at ${tried.join(', ')}. Start it (${startServices}) or set kafka.brokers / FACTS_KAFKA_BROKERS.`,
    { cause },
  )
}

function connects(broker: string, timeoutMs: number, signal: AbortSignal): Promise<string> {
  const colon = broker.lastIndexOf(':')
  const [host, port] = [broker.slice(0, colon), Number(broker.slice(colon + 1))]
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, signal })
    const timer = setTimeout(() => {
      socket.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`))
    }, timeoutMs)
    socket.once('connect', () => resolve(broker))
    // Also after the end of the others: an error without a listener would end the process.
    socket.on('error', reject)
    socket.once('close', () => clearTimeout(timer))
  })
}

function reasonOf(error: unknown): string {
  // Of a name with several addresses: the first one's.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  const { code, message } = first as NodeJS.ErrnoException
  return REASONS[code ?? ''] ?? (message === '' ? (code ?? 'no reason given') : message)
}
