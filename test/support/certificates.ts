import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'

export interface Certificate {
  readonly cert: string
  readonly key: string
}

interface CertificateOptions {
  /** Default: itself. */
  readonly by?: Certificate
  readonly days?: { readonly from: number; readonly to: number }
  /** Names that it is good for; default those of this machine. */
  readonly names?: readonly string[]
}

const DAY_MS = 86_400_000
const fromNow = (days: number): Date => new Date(Date.now() + days * DAY_MS)

/** Signs others. */
export async function authority(name: string): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: fromNow(1),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  return { cert, key }
}

/** Of a broker or a client. */
export async function certificate(
  name: string,
  { by, days = { from: -1, to: 1 }, names = ['localhost', '127.0.0.1'] }: CertificateOptions = {},
): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: fromNow(days.from),
    notAfterDate: fromNow(days.to),
    ...(by === undefined ? {} : { ca: by }),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((it) =>
          /^[\d.]+$/.test(it) ? { type: 7, ip: it } : { type: 2, value: it },
        ),
      },
    ],
  })
  return { cert, key }
}

/** Writes PEM files and gives their paths; `store` has key and certificate, as brokers read them. */
export function pemFiles(
  folder: string,
  name: string,
  { cert, key }: Certificate,
): { readonly cert: string; readonly key: string; readonly store: string } {
  const write = (suffix: string, content: string): string => {
    const path = join(folder, `${name}${suffix}`)
    writeFileSync(path, content, { mode: 0o600 })
    return path
  }
  return {
    cert: write('.crt', cert),
    key: write('.key', key),
    store: write('.pem', `${key.trim()}\n${cert.trim()}\n`),
  }
}
