import { APP_EVENTS, APP_STATES, APP_TRANSITIONS, nextAppState } from '../../src/runtime/app-state'
import {
  TASK_EVENTS,
  TASK_STATES,
  TASK_TRANSITIONS,
  nextTaskState,
} from '../../src/runtime/task/task-state'

const cells = <S extends string, E extends string>(
  states: readonly S[],
  events: readonly E[],
): [S, E][] => states.flatMap((state) => events.map((event): [S, E] => [state, event]))

test.each(cells(TASK_STATES, TASK_EVENTS))(
  'a task that is %s answers the event "%s"',
  (state, event) => {
    const next = TASK_TRANSITIONS[state][event]
    if (next === null)
      expect(() => nextTaskState(state, event)).toThrow(`A task that is ${state} cannot take`)
    else expect(TASK_STATES).toContain(nextTaskState(state, event))
  },
)

test('a task is running only after it was opened', () => {
  const into = cells(TASK_STATES, TASK_EVENTS).filter(
    ([state, event]) => TASK_TRANSITIONS[state][event] === 'running',
  )
  expect(into).toEqual([['opening', 'opened']])
})

test('a closed task stays closed', () => {
  expect(
    TASK_EVENTS.map((event) => TASK_TRANSITIONS.closed[event]).filter((next) => next !== null),
  ).toEqual(['closed', 'closed'])
})

test.each(cells(APP_STATES, APP_EVENTS))(
  'an application that is %s answers the event "%s"',
  (state, event) => {
    const next = APP_TRANSITIONS[state][event]
    if (next === null)
      expect(() => nextAppState(state, event)).toThrow(
        `An application that is ${state} cannot take`,
      )
    else expect(APP_STATES).toContain(nextAppState(state, event))
  },
)
