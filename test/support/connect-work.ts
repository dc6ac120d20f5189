import { readFileSync, statSync } from 'node:fs'
import type { Right } from '../../src/rights'
import type { AclCluster } from './acl-cluster'
import { CONNECT } from './acl-cluster'
import { waitFor } from './wait-for'
import { withClient } from './with-client'

const PAUSE_MS = 3_000

/** The worker with its connector, of which the log of the broker says what it was refused. */
export class ConnectWork {
  constructor(
    private readonly cluster: AclCluster,
    private readonly rights: readonly Right[],
  ) {}

  /** What the broker refuses of a running worker once the right is lost; it has all of them again then. */
  async refusal(lost: Right): Promise<string> {
    let stirring: Promise<void> | undefined
    try {
      return await this.refused(lost, () => {
        stirring ??= this.stir().finally(() => (stirring = undefined))
      })
    } finally {
      await this.cluster.allow(this.rights, CONNECT)
      await stirring
    }
  }

  /** The same of a worker that begins, which is killed then. */
  async refusalAtStart(lost: Right): Promise<string> {
    const { stack } = this.cluster
    await stack.kill('connect')
    let starting: Promise<unknown> | undefined
    try {
      return await this.refused(lost, () => {
        starting ??= stack.startAgain('connect').catch(() => undefined)
      })
    } finally {
      const { pid } = stack.processes.connect ?? {}
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
      await starting
    }
  }

  private async refused(lost: Right, work: () => void): Promise<string> {
    const { cluster, rights } = this
    const { operation, used } = lost
    const { kafka: log = '' } = cluster.stack.logs
    const { size } = statSync(log)
    await cluster.allow(without(rights, lost), CONNECT)
    if (operation === 'CREATE') await cluster.deleteTopic(used.at(-1) ?? '').catch(() => undefined)
    return waitFor(`Connect to be refused ${operation} on ${lost.name}`, () => {
      work()
      return refusals(readFileSync(log).subarray(size).toString()).find(
        (refusal) => refusal.operation === operation && used.includes(refusal.name),
      )?.text
    })
  }

  /** Has everything done that needs a right: settings written, tasks begun, a change and a heartbeat sent, positions kept. */
  private async stir(): Promise<void> {
    const { endpoints } = this.cluster.stack
    const at = `${endpoints.connect?.url ?? ''}/connectors/monolith`
    const ask = async (path: string, init: RequestInit): Promise<void> => {
      const signal = AbortSignal.timeout(PAUSE_MS)
      await fetch(`${at}${path}`, { ...init, signal }).catch(() => undefined)
    }
    const config = await fetch(`${at}/config`, { signal: AbortSignal.timeout(PAUSE_MS) })
      .then((response) => response.json() as Promise<Record<string, string>>)
      .catch(() => undefined)
    if (config !== undefined) {
      const interval = config['heartbeat.interval.ms'] === '500' ? '501' : '500'
      const body = JSON.stringify({ ...config, 'heartbeat.interval.ms': interval })
      const headers = { 'content-type': 'application/json' }
      await ask('/config', { method: 'PUT', headers, body })
    }
    await ask('/restart?includeTasks=true', { method: 'POST' })
    await withClient(this.cluster.config.database.url, (client) =>
      client.query(`INSERT INTO wildapp_event (type, payload) VALUES ('insert', '{}')`),
    )
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}

/** The rights but one, of which DESCRIBE is left: it is implied by READ and WRITE, and often enough. */
export function without(rights: readonly Right[], lost: Right): readonly Right[] {
  const rest = rights.filter((right) => right !== lost)
  const implies = lost.operation === 'READ' || lost.operation === 'WRITE'
  return implies ? [...rest, { ...lost, operation: 'DESCRIBE' }] : rest
}

interface Refusal {
  readonly operation: string
  readonly name: string
  readonly text: string
}

/** What the log of a broker says that it has refused to Connect. */
const refusals = (log: string): readonly Refusal[] =>
  [
    ...log.matchAll(
      /Principal = User:connect is Denied operation = (\w+) .*? resource = (\w+):LITERAL:(\S+) /g,
    ),
  ].map(([, operation = '', resource = '', name = '']) => ({
    ...{ operation, name },
    text: `${operation} on ${resource.toLowerCase()} ${name}`,
  }))
