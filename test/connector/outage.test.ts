import { isOutage } from '../../src/connector/outage'

const POSTGRES = 'org.postgresql.util.PSQLException'
const CONNECT = 'org.apache.kafka.connect.errors.ConnectException'

/** As Connect reports it: what the task says, and what that was because of. */
const trace = (...chain: readonly string[]): string =>
  chain
    .map((one, at) => `${at === 0 ? '' : 'Caused by: '}${one}\n\tat io.debezium.A.b(A.java:1)\n`)
    .join('\t... 9 more\n')

test.each([
  trace(
    'io.debezium.DebeziumException: Could not connect to the database',
    `${POSTGRES}: Connection to 127.0.0.1:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.`,
    'java.net.ConnectException: Connection refused',
  ),
  trace(`${CONNECT}: Error`, `${POSTGRES}: FATAL: the database system is starting up`),
  trace(`${CONNECT}: Error`, `${POSTGRES}: FATAL: the database system is in recovery mode`),
  trace(
    `${CONNECT}: Error`,
    `${POSTGRES}: FATAL: the database system is not yet accepting connections`,
  ),
  trace(
    `${CONNECT}: An exception occurred in the change event producer. This connector will be stopped.`,
    `${POSTGRES}: FATAL: terminating connection due to administrator command`,
  ),
  trace(
    `${CONNECT}: Error`,
    `${POSTGRES}: Database connection failed when reading from copy`,
    'java.io.EOFException',
  ),
  trace(
    `${CONNECT}: Error`,
    `${POSTGRES}: The connection attempt failed.`,
    'java.net.UnknownHostException: db',
  ),
  trace(`${CONNECT}: Error`, `${POSTGRES}: This connection has been closed.`),
  trace(
    `${CONNECT}: Error`,
    `${POSTGRES}: ERROR: replication slot "wildapp_facts" is active for PID 41`,
  ),
  trace(
    `${CONNECT}: Unrecoverable exception from producer send callback`,
    'org.apache.kafka.common.errors.TimeoutException: Expiring 3 record(s) for monolith.public.a-1: 120000 ms has passed since batch creation',
  ),
])('something that was away is an outage: %#', (text) => {
  expect(isOutage(text)).toBe(true)
})

test.each([
  trace(`${CONNECT}: Error`, `${POSTGRES}: ERROR: replication slot "wildapp_facts" does not exist`),
  trace(`${CONNECT}: Error`, `${POSTGRES}: FATAL: password authentication failed for user "cdc"`),
  trace(`${CONNECT}: Error`, `${POSTGRES}: ERROR: permission denied for table orders`),
  trace(
    `${CONNECT}: Unrecoverable exception from producer send callback`,
    'org.apache.kafka.common.errors.RecordTooLargeException: The message is 9 bytes',
  ),
  trace(`${CONNECT}: Error`, 'java.lang.IllegalArgumentException: Unexpected NaN'),
  '',
])('what time does not fix is none: %#', (text) => {
  expect(isOutage(text)).toBe(false)
})

test('a connection that broke while another failure was cleaned up makes no outage of it', () => {
  const failure = `${CONNECT}: Error\n\tat a.b\n\tSuppressed: ${POSTGRES}: This connection has been closed.\n\t\tat a.b\n`
  expect(isOutage(`${failure}Caused by: java.lang.ArithmeticException: NaN\n\tat a.b`)).toBe(false)
})

test('the message that a cause of several lines has counts with all of them', () => {
  const text = trace(`${CONNECT}: Error`, `${POSTGRES}: ERROR: cannot read\n  Detail: broken pipe`)
  expect(isOutage(text)).toBe(true)
})
