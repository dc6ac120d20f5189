/**
 * Why a connection is unusable, for permanent causes that an operator has to fix. Used instead of a protocol error's type.
 */
export type ConnectionFault =
  'TLS_UNTRUSTED' | 'TLS_EXPIRED' | 'TLS_OTHER_NAME' | 'TLS_REFUSED' | 'TLS_ASKED_FOR'

/** Code of the error that an attempt to connect gets when its client was closed; it is not repeated. */
export const CLIENT_CLOSED = 'CLIENT_CLOSED'

/** By the codes of Node.js and OpenSSL (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const BY_CODE: Readonly<Record<string, ConnectionFault>> = {
  CERT_HAS_EXPIRED: 'TLS_EXPIRED',
  CERT_NOT_YET_VALID: 'TLS_EXPIRED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS_OTHER_NAME',
  UNABLE_TO_GET_ISSUER_CERT: 'TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TLS_UNTRUSTED',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLS_UNTRUSTED',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLS_UNTRUSTED',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLS_UNTRUSTED',
  CERT_SIGNATURE_FAILURE: 'TLS_UNTRUSTED',
  CERT_UNTRUSTED: 'TLS_UNTRUSTED',
  CERT_REJECTED: 'TLS_UNTRUSTED',
  CERT_REVOKED: 'TLS_UNTRUSTED',
  INVALID_CA: 'TLS_UNTRUSTED',
  INVALID_PURPOSE: 'TLS_UNTRUSTED',
}

/** TLS alerts when the broker rejects the client certificate, its absence, or the TLS versions. */
const ALERT =
  /^ERR_SSL_.*ALERT_(CERTIFICATE_|BAD_CERTIFICATE|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE|NO_CERTIFICATE|ACCESS_DENIED|HANDSHAKE_FAILURE|PROTOCOL_VERSION)/

export function faultOf(code: unknown): ConnectionFault | undefined {
  if (typeof code !== 'string') return undefined
  return BY_CODE[code] ?? (ALERT.test(code) ? 'TLS_REFUSED' : undefined)
}

/** Readable text of an error: OpenSSL's messages for alerts name its source files. */
export function describeFault(message: string): string {
  const [, alert] = /\balert ([a-z ]+):/.exec(message) ?? []
  return alert === undefined ? message : `It rejects the connection (${alert})`
}

/**
 * Whether the first bytes of a plain connection are a TLS alert. A response would begin with its size, and no first response
 * has 350 MB.
 */
export function isTlsAlert(bytes: Buffer): boolean {
  return bytes[0] === 0x15 && bytes[1] === 0x03
}
