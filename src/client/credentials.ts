export interface PlainAddress {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** The address without its user and password, and the header that says them: `fetch` takes none that has them, and quotes it. */
export function withoutCredentials(address: string): PlainAddress {
  const url = new URL(address)
  const { username, password } = url
  if (username === '' && password === '') return { url: address, headers: {} }
  url.username = url.password = ''
  const pair = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')
  return { url: url.href, headers: { authorization: `Basic ${pair}` } }
}

/** Shorter ones are words that a line may have by chance. */
const LEAST = { password: 6, value: 12 }

/**
 * What in an address may be a secret, and no log line has by chance: password, a user without one, long values of the query; as written
 * and decoded.
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

/** A percent sign that begins no character stays as it is. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped)
    } catch {
      return escaped
    }
  })
}
