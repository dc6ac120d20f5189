import { z } from 'zod'

const State = z.object({
  state: z.string(),
  worker_id: z.string().optional(),
  trace: z.string().optional(),
})

/** Response of Connect's `GET /connectors/{name}/status`; states are RUNNING, FAILED, PAUSED, STOPPED, UNASSIGNED, RESTARTING. */
export const ConnectorStateSchema = z.object({
  name: z.string(),
  connector: State,
  tasks: z.array(State.extend({ id: z.number() })),
})

export type ConnectorState = z.output<typeof ConnectorStateSchema>

/** Whether the connector and its tasks run. A connector without tasks captures nothing, so it does not count. */
export function isRunning({ connector, tasks }: ConnectorState): boolean {
  return (
    connector.state === 'RUNNING' && tasks.length > 0 && tasks.every((t) => t.state === 'RUNNING')
  )
}

/** Whether an operator has stopped or paused it: it captures nothing until it is resumed, without reporting a failure. */
export function isHalted({ connector }: ConnectorState): boolean {
  return connector.state === 'PAUSED' || connector.state === 'STOPPED'
}

/** What failed, connector first, with its stack trace; undefined when nothing did. */
export function failureOf(
  state: ConnectorState,
): { readonly part: string; readonly trace: string } | undefined {
  const { connector, tasks } = state
  if (connector.state === 'FAILED')
    return { part: `connector ${state.name}`, trace: connector.trace ?? '' }
  const task = tasks.find((candidate) => candidate.state === 'FAILED')
  return task && { part: `task ${task.id} of connector ${state.name}`, trace: task.trace ?? '' }
}

/** One line: `connector RUNNING, task 0 RUNNING`. */
export function describeState({ connector, tasks }: ConnectorState): string {
  const parts = tasks.map((task) => `task ${task.id} ${task.state}`)
  return [`connector ${connector.state}`, ...(parts.length > 0 ? parts : ['no task yet'])].join(
    ', ',
  )
}
