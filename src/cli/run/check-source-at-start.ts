import { declaredTables } from '../../compose/topology'
import type { AppConfig } from '../../app/app-config'
import { connectorFile, readConnectorFile } from '../../connector/connector-file'
import { sourceSettings } from '../../connector/source-settings'
import { toFactsError } from '../../errors'
import { sourceFindings } from '../../source/inspect-source'
import { describeSourceFinding } from '../../source/source-finding'
import type { Logger } from '../../telemetry'

/**
 * Logs what is wrong with the source database. It delays nothing: the pipeline reads topics only, and may run where the
 * database is unreachable; then it logs that the database was not checked. Never rejects.
 */
export async function checkSourceAtStart(
  config: AppConfig,
  logger: Pick<Logger, 'info' | 'warn'>,
): Promise<void> {
  try {
    const connector = readConnectorFile(connectorFile(config.app), config)
    const { examined } = await sourceSettings(connector, config, declaredTables(config))
    const findings = sourceFindings(examined)
    for (const { rule, ...finding } of findings) {
      logger.warn({ rule }, `Source: ${describeSourceFinding({ rule, ...finding })}`)
    }
    if (findings.length === 0)
      logger.info('The source database meets the requirements of the facts')
  } catch (error) {
    logger.info(`The source database was not checked: ${toFactsError(error).message}`)
  }
}
