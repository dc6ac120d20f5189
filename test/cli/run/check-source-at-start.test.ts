import { sampleConfig } from '../../support/sample-config'
import { checkSourceAtStart } from '../../../src/cli/run/check-source-at-start'

test('a pipeline without access to the database logs that it was not checked, and continues', async () => {
  const said: unknown[] = []
  const logger = {
    info: (line: unknown) => said.push(line),
    warn: (line: unknown) => said.push(line),
  }
  const url = 'postgres://me:s3cret@127.0.0.1:1/db'
  const config = sampleConfig({ env: { FACTS_HOME: '/nonexistent', FACTS_DATABASE_URL: url } })
  await checkSourceAtStart(config, logger as never)
  expect(said).toEqual([
    expect.stringMatching(
      /^The source database was not checked: Cannot connect to PostgreSQL at 127/,
    ),
  ])
  expect(said.join()).not.toContain('s3cret')
})
