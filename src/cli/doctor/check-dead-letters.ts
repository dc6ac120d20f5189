import { commandLine } from '../../command-line'
import { deadLetterQueue } from '../../compose/dead-letters'
import type { AppConfig } from '../../app/app-config'
import type { Finding } from '../../dev-stack/machine/finding'

/** Parked keys: their changes wait for a dead letter to be replayed or dropped, so the facts of their rows are out of date. */
export async function checkDeadLetters(config: AppConfig): Promise<readonly Finding[]> {
  const name = 'dead letters'
  const { queue, close } = deadLetterQueue(config)
  try {
    const keys = await queue.count()
    if (keys === 0) return [{ name, status: 'ok', detail: 'no key is parked' }]
    return [
      {
        name,
        status: 'warn',
        detail: `${keys} ${keys === 1 ? 'key is' : 'keys are'} parked by a dead letter, so facts of their rows are out of date`,
        remedy: `${commandLine('dead-letters', 'list')} shows them with the cause; replay or drop them when that is fixed.`,
      },
    ]
  } finally {
    await close()
  }
}
