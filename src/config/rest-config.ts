import { z } from 'zod'

/** Section of the configuration for an HTTP service: Kafka Connect or the schema registry. */
export const RestServiceSchema = z
  .strictObject({
    /** May contain user and password, instead of the keys. */
    url: z.url({ protocol: /^https?$/ }),
    /** Of basic authentication. */
    username: z.string('expected text; in YAML quote what looks like a number').min(1).optional(),
    password: z.string('expected text; in YAML quote what looks like a number').min(1).optional(),
  })
  .superRefine(({ url, username, password }, context) => {
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message })
    if ((username === undefined) !== (password === undefined)) {
      const [given, missing] =
        username === undefined ? ['password', 'username'] : ['username', 'password']
      refuse(missing, `is missing, but ${given} is set: set both or neither`)
    }
    // It has been rejected already, but zod continues.
    if (!URL.canParse(url)) return
    const own = new URL(url)
    // A password that is not percent-encoded ends here; the rest of it would be shown as part of the URL.
    if (own.hash !== '' || own.search !== '') {
      refuse('url', 'contains # or ?, which this URL cannot have: in a password write %23 and %3F')
    }
    if (own.username === '') return
    if (username !== undefined) {
      refuse('url', 'contains a user, and username is set: keep one of the two')
    }
    try {
      decodeURIComponent(own.username + own.password)
    } catch {
      refuse('url', 'contains a user or password with a % that encodes nothing: write %25 for it')
    }
  })

export interface RestService {
  readonly url: string
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** Base URL and credentials of requests. */
export interface RestAddress {
  /** URL without user and password, which messages must not show, and without a trailing slash. */
  readonly base: string
  readonly user: { readonly username: string; readonly password: string } | undefined
  /** Authorization header for requests, if any. */
  readonly headers: Readonly<Record<string, string>>
}

export function restAddress({ url, username, password }: RestService): RestAddress {
  const address = new URL(url)
  const [ownName = '', ownPassword = ''] = [address.username, address.password].map(
    decodeURIComponent,
  )
  address.username = ''
  address.password = ''
  const name = username ?? ownName
  const user = name === '' ? undefined : { username: name, password: password ?? ownPassword }
  return { base: address.href.replace(/\/+$/, ''), user, headers: headersOf(user) }
}

function headersOf(user: RestAddress['user']): Readonly<Record<string, string>> {
  if (user === undefined) return {}
  const bytes = Buffer.from(`${user.username}:${user.password}`, 'utf8')
  return { authorization: `Basic ${bytes.toString('base64')}` }
}
