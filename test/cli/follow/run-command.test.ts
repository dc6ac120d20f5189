import { sampleConfig } from '../../support/sample-config'
import { readFileSync } from 'node:fs'
import { commandEnvironment } from '../../../src/cli/follow/command-environment'
import { runCommand } from '../../../src/cli/follow/run-command'
import type { FeedEvent } from '../../../src/client'
import { temporaryFolder } from '../../support/temporary-folder'

const event: FeedEvent = {
  type: 'update',
  txn_ts: '2026-01-02T03:04:05Z',
  cursor: 'c1',
  stats: { read: 1 },
  data: { id: '1', header: { id: 'primary/1@101', subject: '1' } },
}
const SECRETS = {
  FACTS_FEED_SECRET: 'a-feed-secret',
  FACTS_KAFKA_PASSWORD: 'a-kafka-secret',
  FACTS_DATABASE_URL: 'postgres://me:a-database-secret@db/app',
  PGPASSWORD: 'a-password-secret',
  AWS_SECRET_ACCESS_KEY: 'a-cloud-secret',
}

describe('a command that handles events', () => {
  const folder = temporaryFolder()
  const environmentOf = async (
    env: Readonly<Record<string, string>>,
    named?: readonly string[],
  ): Promise<string> => {
    const out = `${folder.path}/out`
    await runCommand(`env > ${out}`, commandEnvironment(env, named))(event)
    return readFileSync(out, 'utf8')
  }

  test('gets no secret of ours, and no other variable than it needs', async () => {
    const given = {
      ...SECRETS,
      PATH: process.env['PATH'] ?? '',
      HOME: '/home/me',
      LC_ALL: 'C.UTF-8',
    }
    const seen = await environmentOf({ ...given, TZ: 'UTC', OTHER: 'x' })
    expect(seen).not.toMatch(/secret|OTHER/)
    expect(seen).toMatch(/^HOME=\/home\/me$/m)
    expect(seen).toMatch(/^LC_ALL=C.UTF-8$/m)
    expect(seen).toMatch(/^TZ=UTC$/m)
  })

  test('gets what is named for it', async () => {
    const env = { ...SECRETS, PATH: process.env['PATH'] ?? '' }
    const seen = await environmentOf(env, ['PGPASSWORD', 'NOT_THERE'])
    expect(seen).toMatch(/^PGPASSWORD=a-password-secret$/m)
    expect(seen).not.toMatch(/a-(feed|kafka|database|cloud)-secret/)
  })

  test('gets its event in variables, and may be one of our commands', async () => {
    const seen = await environmentOf({ PATH: process.env['PATH'] ?? '' })
    const variables = seen.split('\n').filter((line) => line.startsWith('FACTS_'))
    expect(variables.sort()).toEqual([
      'FACTS_EVENT_CURSOR=c1',
      'FACTS_EVENT_ID=primary/1@101',
      'FACTS_EVENT_SUBJECT=1',
      'FACTS_EVENT_TXN_TS=2026-01-02T03:04:05Z',
      'FACTS_EVENT_TYPE=update',
    ])
    const env = Object.fromEntries(variables.map((line) => line.split('=') as [string, string]))
    expect(() => sampleConfig({ env: { ...env, FACTS_HOME: folder.path } })).not.toThrow()
  })
})
