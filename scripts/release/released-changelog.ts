const UNRELEASED = '## [Unreleased]\n'

/**
 * The change log with what is unreleased under the version and its date (yyyy-mm-dd). Throws an Error when nothing is, or when the
 * log has the version already.
 */
export function releasedChangelog(text: string, version: string, date: string): string {
  const start = text.indexOf(UNRELEASED)
  if (start < 0) throw new Error(`CHANGELOG.md has no heading "${UNRELEASED.trim()}". Add it.`)
  if (text.includes(`## [${version}]`)) {
    throw new Error(`CHANGELOG.md has version ${version} already. Choose a higher one.`)
  }
  const after = start + UNRELEASED.length
  const end = text.indexOf('\n## [', after)
  if (!/^- /m.test(text.slice(after, end < 0 ? undefined : end))) {
    throw new Error('CHANGELOG.md says of nothing that it is unreleased. Write what has changed.')
  }
  return `${text.slice(0, after)}\n## [${version}] - ${date}\n${text.slice(after)}`
}
