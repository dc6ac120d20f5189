/**
 * Why a connection never came to be of use, where waiting mends nothing: a person has to. In the place of a protocol
 * error's type.
 */
export type ConnectionFault =
  'TLS_UNTRUSTED' | 'TLS_EXPIRED' | 'TLS_OTHER_NAME' | 'TLS_REFUSED' | 'TLS_ASKED_FOR'

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

/** What the broker says when it does not take our certificate, or that we have none, or no version of TLS of ours. */
const ALERT =
  /^ERR_SSL_.*ALERT_(CERTIFICATE_|BAD_CERTIFICATE|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE|NO_CERTIFICATE|ACCESS_DENIED|HANDSHAKE_FAILURE|PROTOCOL_VERSION)/

export function faultOf(code: unknown): ConnectionFault | undefined {
  if (typeof code !== 'string') return undefined
  return BY_CODE[code] ?? (ALERT.test(code) ? 'TLS_REFUSED' : undefined)
}

/** OpenSSL's words for an alert are the place in its source; the others are plain. */
export function describeFault(message: string): string {
  const [, alert] = /\balert ([a-z ]+):/.exec(message) ?? []
  return alert === undefined ? message : `It refuses the connection (${alert})`
}

/**
 * Whether what came first on a connection in the open is an alert of TLS. A response would begin with its size, and none
 * to a first request has 350 MB.
 */
export function isTlsAlert(bytes: Buffer): boolean {
  return bytes[0] === 0x15 && bytes[1] === 0x03
}
