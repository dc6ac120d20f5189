import { z } from 'zod'

/** A service that is spoken to over HTTP, Kafka Connect or the schema registry; a section of the configuration. */
export const RestServiceSchema = z
  .strictObject({
    /** May carry user and password, instead of the keys. */
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
      refuse(missing, `is missing beside ${given}: set both or none`)
    }
    // It has been refused already, but zod goes on.
    if (!URL.canParse(url)) return
    const own = new URL(url)
    // Where a password ends that was not encoded; its rest would be shown as part of the address.
    if (own.hash !== '' || own.search !== '') {
      refuse('url', 'carries # or ?, which an address has not: in a password write %23 and %3F')
    }
    if (own.username === '') return
    if (username !== undefined) {
      refuse('url', 'carries a user beside username: keep one of the two')
    }
    try {
      decodeURIComponent(own.username + own.password)
    } catch {
      refuse('url', 'carries a user or password with a % that encodes nothing: write %25 for it')
    }
  })

export interface RestService {
  readonly url: string
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** Where requests go, and as whom. */
export interface RestAddress {
  /** Without user and password, which messages must not show, and without a slash at its end. */
  readonly base: string
  readonly user: { readonly username: string; readonly password: string } | undefined
  /** As whom, for a request made by hand. */
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
