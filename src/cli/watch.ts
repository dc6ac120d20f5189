import { Command } from 'commander'
import { kafkaLog } from '../compose/kafka'
import { watcher } from '../compose/watch'
import { appConfig } from '../app/app-config'
import { demandRights, namedRefusal } from './rights/demand-rights'
import { stopSignal } from './run/stop-signal'
import { createLogger } from '../telemetry'

/** `facts watch`: each change beside the fact it became, live. */
export function watchCommand(): Command {
  return new Command('watch')
    .description('Show each row change beside the fact it became, decoded, live. Ctrl-C stops it.')
    .option('--from-beginning', 'start with the oldest change that the topics retain')
    .option('--full', 'do not shorten lines to the width of the terminal')
    .action(async ({ fromBeginning, full }: { fromBeginning?: boolean; full?: boolean }) => {
      const config = await appConfig()
      await demandRights(config, 'watch')
      const log = kafkaLog(config, createLogger(config.log))
      const signal = stopSignal()
      const watching = watcher({
        config,
        log,
        print: (line) => process.stdout.write(`${line}\n`),
        ...(full === true ? { width: Number.MAX_SAFE_INTEGER } : {}),
      })
      try {
        await watching.start(fromBeginning === true ? 'earliest' : 'latest')
        await Promise.race([signal.stopped, watching.failed])
      } catch (error) {
        throw await namedRefusal(config, 'watch', error)
      } finally {
        signal.ending()
        await watching.stop()
        await log.close()
        signal.release()
      }
    })
}
