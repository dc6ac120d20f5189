import { z } from 'zod'

const EXPECTED =
  'expected postgres://user:password@host:port/database, where user and password are percent-encoded: %40 for @, %3A for :, %2F for /, %23 for #, %3F for ? and %25 for %'

/** URL of a PostgreSQL database; errors do not repeat it, because it holds a password. */
export const DatabaseUrlSchema = z.string().refine(isDatabaseUrl, EXPECTED)

function isDatabaseUrl(text: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return false
  const { username, password, pathname, hash, search } = new URL(text)
  // A password that is not percent-encoded may end the authority, and the rest of it would be parsed as a path.
  if (hash !== '' || search.includes('@') || pathname.includes('@')) return false
  try {
    decodeURIComponent(username + password + pathname)
    return true
  } catch {
    return false
  }
}
