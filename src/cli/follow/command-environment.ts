/** Variables that a command needs to find programs, the user's files, and its locale. */
const NEEDED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'PWD',
  'TMPDIR',
  'TZ',
  'TERM',
  'LANG',
  'LANGUAGE',
  'SystemRoot',
  'ComSpec',
  'PATHEXT',
  'TEMP',
  'TMP',
  'USERPROFILE',
]

/**
 * The environment of a command that handles events: what every command needs, and the named variables. Nothing else, because
 * the follower's own environment holds the secrets of the feed, of Kafka and of the database.
 */
export function commandEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  named: readonly string[] = [],
): Record<string, string> {
  const passes = (name: string): boolean =>
    NEEDED.includes(name) || name.startsWith('LC_') || named.includes(name)
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && passes(entry[0]),
    ),
  )
}
