import { z } from 'zod'

const EXPECTED =
  'expected postgres://user:password@host:port/database, where in user and password %40 stands for @, %3A for :, %2F for /, %23 for #, %3F for ? and %25 for %'

/** Of PostgreSQL; what is wrong with one is said without repeating it, because it holds a password. */
export const DatabaseUrlSchema = z.string().refine(isDatabaseUrl, EXPECTED)

function isDatabaseUrl(text: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) return false
  const { username, password, pathname, hash, search } = new URL(text)
  // A password that was not encoded ends the authority, and the rest of it would be taken for something else.
  if (hash !== '' || search.includes('@') || pathname.includes('@')) return false
  try {
    decodeURIComponent(username + password + pathname)
    return true
  } catch {
    return false
  }
}
