import { deadLetterQueue } from '../../compose/app'
import type { Config } from '../../config/config'
import type { Finding } from '../../dev-stack/finding'

/** Keys whose changes wait for a dead letter to be replayed or dropped: of their rows facts are out of date. */
export async function checkDeadLetters(config: Config): Promise<readonly Finding[]> {
  const name = 'dead letters'
  const { queue, close } = deadLetterQueue(config)
  try {
    const keys = await queue.count()
    if (keys === 0) return [{ name, status: 'ok', detail: 'no key waits' }]
    return [
      {
        name,
        status: 'warn',
        detail: `${keys} ${keys === 1 ? 'key waits' : 'keys wait'} for a dead letter, so facts of their rows are out of date`,
        remedy:
          'npm run dead-letters -- list names them and the cause; replay or drop them when that is fixed.',
      },
    ]
  } finally {
    await close()
  }
}
