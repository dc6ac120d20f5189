/**
 * Life of a task, complete by type: every state answers every event.
 *
 *   created --open--> opening --opened--> running --lost--> opening ...
 *        \______________close______________|________________/ --> closed
 */
export const TASK_STATES = ['created', 'opening', 'running', 'closed'] as const
export type TaskState = (typeof TASK_STATES)[number]

/**
 * open: fence, read the committed offset, restore. opened: ready to process. lost: the outcome of a transaction or the
 * ownership is unclear; nothing may be written before the task was opened again. close: give up the producer.
 */
export const TASK_EVENTS = ['open', 'opened', 'lost', 'close'] as const
export type TaskEvent = (typeof TASK_EVENTS)[number]

/** null: the event is a programming error in that state. */
export const TASK_TRANSITIONS: Readonly<
  Record<TaskState, Readonly<Record<TaskEvent, TaskState | null>>>
> = {
  created: { open: 'opening', opened: null, lost: 'created', close: 'closed' },
  opening: { open: null, opened: 'running', lost: 'created', close: 'closed' },
  running: { open: null, opened: null, lost: 'created', close: 'closed' },
  closed: { open: null, opened: null, lost: 'closed', close: 'closed' },
}

export function nextTaskState(state: TaskState, event: TaskEvent): TaskState {
  const next = TASK_TRANSITIONS[state][event]
  if (next === null) throw new Error(`A task that is ${state} cannot take the event "${event}".`)
  return next
}
