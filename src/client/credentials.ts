export interface PlainAddress {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** The URL without user and password, and the header with them: `fetch` rejects a URL that has them, and quotes it. */
export function withoutCredentials(address: string): PlainAddress {
  const url = new URL(address)
  const { username, password } = url
  if (username === '' && password === '') return { url: address, headers: {} }
  url.username = url.password = ''
  const pair = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')
  return { url: url.href, headers: { authorization: `Basic ${pair}` } }
}

/** Minimum lengths: shorter ones may occur in a log line by chance. */
const LEAST = { password: 6, value: 12 }

/**
 * Parts of a URL that may be secret and do not occur in log lines by chance: a password, a user without one, long query values;
 * both encoded and decoded.
 */
export function secretsIn(address: string): readonly string[] {
  if (!URL.canParse(address)) return []
  const { username, password, searchParams } = new URL(address)
  const credentials = [password === '' ? username : password, searchParams.get('password') ?? '']
  const found = [
    ...credentials.filter(({ length }) => length >= LEAST.password),
    ...[...searchParams.values()].filter(({ length }) => length >= LEAST.value),
  ]
  return found.flatMap((value) => [value, decoded(value)]).filter((value) => !/^\d+$/.test(value))
}

/** Decodes percent-encoding; invalid sequences are unchanged. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped)
    } catch {
      return escaped
    }
  })
}
