import { refusedRights } from '../../../src/broker/kafka/admin/refused-rights'
import { createLogger } from '../../../src/telemetry'

test('a cluster that is not there is not waited for: the verb itself does that', async () => {
  const client = {
    brokers: ['127.0.0.1:1'],
    clientId: 'test',
    logger: createLogger({ level: 'silent', format: 'json' }),
  }
  const asked = [{ operation: 'READ', resource: 'topic', name: 'mine' }] as const
  // The limit is never reached.
  const answer = refusedRights(client, asked, 3_600_000)
  await expect(answer).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' })
})
