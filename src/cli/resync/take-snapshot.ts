import { setTimeout as pause } from 'node:timers/promises'
import { commandLine } from '../../command-line'
import { declaredTables } from '../../compose/topology'
import type { AppConfig } from '../../app/app-config'
import { connectClient } from '../../connector/connect-client'
import type { Connector } from '../../connector/connector-file'
import { connectorStatus } from '../../connector/connector-status'
import { refreshConnector } from '../../connector/refresh-connector'
import { registerConnector } from '../../connector/register-connector'
import { retakeSnapshot } from '../../connector/retake-snapshot'
import { dropInvalidSlot, slotOf } from '../../connector/slot-loss'
import { FactsError } from '../../errors'
import { onSource } from '../../source/inspect-source'

export interface TakeSnapshotOptions {
  readonly config: AppConfig
  readonly connector: Connector
  /** The file that the connector was read from. */
  readonly file: string
  readonly say: (line: string) => void
}

const POLL_MS = 1_000
/** Milliseconds between two progress lines. */
const SAY_MS = 30_000

/** Starts a new snapshot, with a new slot when the old one is lost. Throws CONNECTOR_FAILED when there is no connector. */
export async function askForSnapshot(config: AppConfig, connector: Connector): Promise<void> {
  const client = connectClient(config.connect)
  if ((await client.config(connector.name)) === undefined) {
    throw new FactsError(
      'CONNECTOR_FAILED',
      `Connector ${connector.name} is not registered, so it can take no snapshot: ${commandLine('register-connector')}.`,
    )
  }
  // The settings contain the tables that a snapshot reads, and more may be captured by now.
  await refreshConnector({ client, connector, config, declared: declaredTables(config) })
  const { name } = connector
  const whileStopped = (): Promise<void> => dropInvalidSlot(slotOf(connector), config)
  await retakeSnapshot({ client, name, whileStopped })
}

/**
 * The same, and resolves when the snapshot is complete: the connector streams from its slot. A connector that is not registered
 * is registered. Throws the errors of `registerConnector`, and CONNECTOR_FAILED when it fails during the snapshot; no time limit.
 */
export async function takeSnapshot(options: TakeSnapshotOptions): Promise<void> {
  const { config, connector, file, say } = options
  const register = (): Promise<unknown> =>
    registerConnector({ config, declared: declaredTables(config), file, onProgress: say })
  if ((await connectClient(config.connect).config(connector.name)) === undefined) {
    // A connector that was registered before resumes at its stored offsets, unless they were deleted.
    await register().catch((error: unknown) => {
      if (!(error instanceof FactsError) || error.code !== 'CHANGES_LOST') throw error
    })
  }
  await askForSnapshot(config, connector)
  await register()
  let saidAt = performance.now()
  while (!(await isStreaming(config, slotOf(connector)))) {
    const { state, line, trace } = await connectorStatus(config, connector.name)
    if (state === 'failed') {
      throw new FactsError(
        'CONNECTOR_FAILED',
        `${line} while it took its snapshot:\n  ${trace ?? ''}\nFix the cause, then run facts resync --all again.`,
      )
    }
    if (performance.now() - saidAt >= SAY_MS) {
      say(`${connector.name}: the snapshot is being taken`)
      saidAt = performance.now()
    }
    await pause(POLL_MS)
  }
  say(`${connector.name}: the snapshot is over`)
}

/** Whether the slot is active, which it is not during a snapshot. */
function isStreaming({ database }: AppConfig, slot: string): Promise<boolean> {
  return onSource(database.url, async (client) => {
    const { rows } = await client.query(
      'SELECT FROM pg_replication_slots WHERE slot_name = $1 AND active',
      [slot],
    )
    return rows.length > 0
  })
}
