import { traceSummary } from '../../src/connector/trace-summary'

test('keeps the exception and its causes, without frames and packages', () => {
  const trace = [
    'org.apache.kafka.connect.errors.ConnectException: Unrecoverable exception from producer send callback',
    '\tat org.apache.kafka.connect.runtime.WorkerSourceTask.poll(WorkerSourceTask.java:348)',
    '\tat java.base/java.lang.Thread.run(Thread.java:840)',
    'Caused by: org.apache.kafka.common.InvalidRecordException: Compacted topic cannot accept message without key',
    '\t... 12 more',
    '',
  ].join('\n')
  expect(traceSummary(trace)).toBe(
    [
      'ConnectException: Unrecoverable exception from producer send callback',
      '  Caused by: InvalidRecordException: Compacted topic cannot accept message without key',
    ].join('\n'),
  )
})

test('says a message once that every wrapper repeats', () => {
  const trace = [
    'io.debezium.DebeziumException: org.postgresql.util.PSQLException: FATAL: no such slot',
    '\tat io.debezium.X.y(X.java:1)',
    'Caused by: org.postgresql.util.PSQLException: FATAL: no such slot',
  ].join('\n')
  expect(traceSummary(trace).match(/no such slot/g)).toHaveLength(1)
})

test('keeps a message of several lines', () => {
  expect(traceSummary('a.b.SqlException: ERROR: x\n  Detail: y\n\tat a.b.C.d(C.java:1)')).toBe(
    'SqlException: ERROR: x\n  Detail: y',
  )
})

test('an empty trace gives an empty summary', () => {
  expect(traceSummary('')).toBe('')
})
