import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { releasedChangelog } from '../../scripts/release/released-changelog'
import { root } from '../support/source-files'

const LOG =
  '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A.\n\n## [0.1.0] - 2026-01-01\n\n- B.\n'

test('what is unreleased gets the version and the date, and nothing is unreleased', () => {
  expect(releasedChangelog(LOG, '0.2.0', '2026-02-03')).toBe(
    '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-02-03\n\n### Added\n\n- A.\n\n## [0.1.0] - 2026-01-01\n\n- B.\n',
  )
})

test('a log without anything unreleased is refused', () => {
  const empty = releasedChangelog(LOG, '0.2.0', '2026-02-03')
  expect(() => releasedChangelog(empty, '0.3.0', '2026-02-04')).toThrow('Write what has changed')
})

test('a version that the log has is refused', () => {
  expect(() => releasedChangelog(LOG, '0.1.0', '2026-02-03')).toThrow('Choose a higher one')
})

test('the log of this project can be released', () => {
  const log = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
  expect(releasedChangelog(log, '99.0.0', '2026-02-03')).toContain('## [99.0.0] - 2026-02-03')
})
