import { join } from 'node:path'

/** Places of one stack's data below its home folder. */
export interface StackHome {
  readonly root: string
  readonly logs: string
  readonly postgres: string
  readonly registry: string
  readonly connect: string
  /** Endpoints in the shape of the configuration file; there while the stack runs. */
  readonly endpoints: string
  /** Processes of the running stack, or of one that was killed. */
  readonly run: string
  /** Ports of the last run. */
  readonly ports: string
  readonly lock: string
}

export function stackHome(root: string): StackHome {
  return {
    root,
    logs: join(root, 'logs'),
    postgres: join(root, 'postgres'),
    registry: join(root, 'registry'),
    connect: join(root, 'connect'),
    endpoints: join(root, 'endpoints.json'),
    run: join(root, 'run.json'),
    ports: join(root, 'ports.json'),
    lock: join(root, 'lock'),
  }
}
