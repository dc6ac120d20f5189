import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../../src/config/config'
import { CONSUMER } from '../../../../src/feed/http/routes/feed-query'

test('R76: the outbox takes just those subscribers that a consumer can be called', () => {
  const file = join(projectRoot(), 'monolith', 'migrations', '0007_reachable_subscribers.sql')
  expect(readFileSync(file, 'utf8')).toContain(`CHECK (subscriber ~ '${CONSUMER.source}')`)
})
