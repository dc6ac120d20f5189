import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../../../src/package-root'
import { CONSUMER } from '../../../../src/feed/http/routes/feed-query'

test('R76: the outbox takes just those subscribers that a consumer can be called', () => {
  const file = join(packageRoot(), 'monolith', 'migrations', '0007_reachable_subscribers.sql')
  expect(readFileSync(file, 'utf8')).toContain(`CHECK (subscriber ~ '${CONSUMER.source}')`)
})
