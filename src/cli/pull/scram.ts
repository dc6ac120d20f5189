import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { FactsError } from '../../errors'

const ITERATIONS = 4_096

/**
 * What PostgreSQL stores of a password (SCRAM-SHA-256, RFC 5802 and 7677): sent in its place, so that the password is in no
 * statement and no log. Throws CONFIG_INVALID for one that is not printable ASCII, which would have to be normalised first.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  if (!/^[\x20-\x7e]+$/.test(password)) {
    throw new FactsError(
      'CONFIG_INVALID',
      'The password of the capture role must be of printable ASCII characters and not be empty.',
    )
  }
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256')
  const keyed = (text: string): Buffer => createHmac('sha256', salted).update(text).digest()
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64')
  const server = keyed('Server Key').toString('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${server}`
}
