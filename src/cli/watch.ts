import { Command, Option } from 'commander'
import { kafkaLog } from '../compose/kafka'
import { watcher } from '../compose/watch'
import { appConfig } from '../app/app-config'
import { demandRights, namedRefusal } from './rights/demand-rights'
import { stopSignal } from './run/stop-signal'
import { endsWithin } from '../runtime/watch/ends-within'
import { createLogger } from '../telemetry'

/** Milliseconds for the connections to be closed. */
const STOP_MS = 500

interface WatchFlags {
  readonly fromBeginning?: boolean
  readonly full?: boolean
  readonly json?: boolean
}

/** `facts watch`: each change and the fact it became, live. */
export function watchCommand(): Command {
  return new Command('watch')
    .description(
      'Show each row change and the fact it became, live: the fields that changed, before and after, and those that were joined. Ctrl-C stops it.',
    )
    .option('--from-beginning', 'start with the oldest change that the topics retain')
    .option('--full', 'show whole rows and whole facts, with the header, in lines of any length')
    .addOption(new Option('--json', 'the same as a line of JSON for each change').conflicts('full'))
    .action(async ({ fromBeginning, full, json }: WatchFlags) => {
      const config = await appConfig()
      await demandRights(config, 'watch')
      const log = kafkaLog(config, createLogger(config.log))
      const signal = stopSignal()
      const watching = watcher({
        config,
        log,
        print: (line) => process.stdout.write(`${line}\n`),
        style: json === true ? 'json' : full === true ? 'full' : 'fields',
      })
      try {
        const started = watching.start(fromBeginning === true ? 'earliest' : 'latest')
        await Promise.race([signal.stopped, started])
        await Promise.race([signal.stopped, watching.failed])
      } catch (error) {
        throw await namedRefusal(config, 'watch', error)
      } finally {
        signal.ending()
        // There is nothing to lose: a broker that does not answer is not waited for.
        await endsWithin(STOP_MS, watching.stop())
        await endsWithin(STOP_MS, log.close())
        signal.release()
      }
    })
}
