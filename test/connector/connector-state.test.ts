import type { ConnectorState } from '../../src/connector/connector-state'
import { describeState, failureOf, isRunning } from '../../src/connector/connector-state'

function state(connector: string, ...tasks: readonly string[]): ConnectorState {
  const trace = { trace: 'why' }
  return {
    name: 'c',
    connector: { state: connector, ...(connector === 'FAILED' ? trace : {}) },
    tasks: tasks.map((task, id) => ({ id, state: task, ...(task === 'FAILED' ? trace : {}) })),
  }
}

test.each([
  [state('RUNNING', 'RUNNING'), true],
  [state('RUNNING'), false],
  [state('RUNNING', 'RUNNING', 'UNASSIGNED'), false],
  [state('PAUSED', 'RUNNING'), false],
])('%j runs: %s; a connector without a task captures nothing', (given, expected) => {
  expect(isRunning(given)).toBe(expected)
})

test('a failure is named with its part and trace, the connector before its tasks', () => {
  expect(failureOf(state('RUNNING', 'RUNNING'))).toBeUndefined()
  expect(failureOf(state('RUNNING', 'RUNNING', 'FAILED'))).toEqual({
    part: 'task 1 of connector c',
    trace: 'why',
  })
  expect(failureOf(state('FAILED', 'FAILED'))).toEqual({ part: 'connector c', trace: 'why' })
})

test('the line for people names every part', () => {
  expect(describeState(state('RUNNING', 'RUNNING', 'FAILED'))).toBe(
    'connector RUNNING, task 0 RUNNING, task 1 FAILED',
  )
  expect(describeState(state('RUNNING'))).toBe('connector RUNNING, no task yet')
})
