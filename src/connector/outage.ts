/**
 * Temporary root causes: a database or a broker that is unavailable, starting, or has just closed a connection. Messages of
 * PostgreSQL, its JDBC driver, the JDK and Kafka's clients.
 */
const PASSES: readonly RegExp[] = [
  /connection to \S+ refused|connection refused|connection reset|broken pipe|no route to host/i,
  /UnknownHostException|EOFException|SocketException|SocketTimeoutException|ConnectException: Connect/,
  /connection attempt (failed|timed out)|connection timed out|timed? ?out (while|waiting) (connecting|for)/i,
  /connection has been closed|connection is closed|I\/O error occurred while sending/i,
  /database connection failed when (writing to|reading from|ending) copy/i,
  /the database system is (starting up|shutting down|in recovery mode|not yet accepting connections|not accepting connections)/i,
  /terminating connection due to|terminating walsender process|could not receive data from/i,
  /too many clients already|remaining connection slots are reserved/i,
  /replication slot "[^"]+" is active for PID/i,
  /org\.apache\.kafka\.common\.errors\.(Timeout|Disconnect|Network|NotEnoughReplicas|BrokerNotAvailable|CoordinatorNotAvailable|NotLeaderOrFollower)/,
]

/** Whether the root cause of a task's trace is an outage, which is temporary, unlike other failures. */
export function isOutage(trace: string): boolean {
  const cause = rootCause(trace)
  return PASSES.some((pattern) => pattern.test(cause))
}

/** A stack frame, or a suppressed exception with its causes. */
const ASIDE = /^\s*(at |\.\.\. \d+ |Suppressed: )|^\s+Caused by: /

/** The last cause of the chain, without frames. */
function rootCause(trace: string): string {
  const lines = trace.split('\n').filter((line) => !ASIDE.test(line))
  const last = lines.findLastIndex((line) => line.startsWith('Caused by: '))
  return lines.slice(Math.max(0, last)).join('\n')
}
