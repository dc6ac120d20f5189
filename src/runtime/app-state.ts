/** Life of an application: created → starting → running → stopping → stopped, or failed; complete by type. */
export const APP_STATES = [
  'created',
  'starting',
  'running',
  'failed',
  'stopping',
  'stopped',
] as const
export type AppState = (typeof APP_STATES)[number]

export const APP_EVENTS = ['start', 'started', 'crash', 'stop', 'stopped'] as const
export type AppEvent = (typeof APP_EVENTS)[number]

/** null: the event is a programming error in that state. */
export const APP_TRANSITIONS: Readonly<
  Record<AppState, Readonly<Record<AppEvent, AppState | null>>>
> = {
  created: { start: 'starting', started: null, crash: null, stop: 'stopping', stopped: null },
  starting: { start: null, started: 'running', crash: 'failed', stop: 'stopping', stopped: null },
  running: { start: null, started: null, crash: 'failed', stop: 'stopping', stopped: null },
  failed: { start: null, started: 'failed', crash: 'failed', stop: 'stopping', stopped: null },
  stopping: {
    start: null,
    started: 'stopping',
    crash: 'stopping',
    stop: 'stopping',
    stopped: 'stopped',
  },
  stopped: {
    start: null,
    started: 'stopped',
    crash: 'stopped',
    stop: 'stopped',
    stopped: 'stopped',
  },
}

export function nextAppState(state: AppState, event: AppEvent): AppState {
  const next = APP_TRANSITIONS[state][event]
  if (next === null)
    throw new Error(`An application that is ${state} cannot take the event "${event}".`)
  return next
}
