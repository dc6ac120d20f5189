import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { Problem } from './problem'

const ITERATIONS = 4096

/**
 * The SCRAM-SHA-256 verifier that PostgreSQL stores for a password (RFC 5802, RFC 7677; format in pg_authid.rolpassword).
 * Sent instead of the password, so that the password reaches neither the server nor its log.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  if (!/^[\x20-\x7e]+$/.test(password)) {
    // SASLprep (RFC 4013) leaves printable ASCII as it is; anything else would have to be normalised.
    throw new Problem('CDC_PASSWORD must be made of printable ASCII characters and not be empty.')
  }
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256')
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest()
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64')
  const serverKey = hmac('Server Key').toString('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
