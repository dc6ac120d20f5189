import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KafkaSecurityOptions } from '../../../src/broker/kafka/client/kafka-security'
import { kafkaSecurity, securitySettings } from '../../../src/broker/kafka/client/kafka-security'
import { authority, certificate, pemFiles } from '../../support/certificates'

let folder: string
let mine: ReturnType<typeof pemFiles>
let other: ReturnType<typeof pemFiles>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'facts-test-'))
  const ca = await authority('ours')
  mine = pemFiles(folder, 'mine', await certificate('mine', { by: ca }))
  other = pemFiles(folder, 'other', await certificate('other', { by: ca }))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const encryptedKey = (): string =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  }).privateKey

const withKey = (keyFile: string): Partial<KafkaSecurityOptions> => ({
  certFile: mine.cert,
  keyFile,
})

const wrong: readonly (readonly [string, () => Partial<KafkaSecurityOptions>, RegExp])[] = [
  [
    'an authority that is not there',
    () => ({ caFile: '/nonexistent/ca.pem' }),
    /^kafka\.caFile \(FACTS_KAFKA_CA_FILE\): \/nonexistent\/ca\.pem cannot be read \(ENOENT\)\. Correct the path/,
  ],
  [
    'an authority that is no PEM',
    () => ({ caFile: file('ca.der', '\u0030\u0082') }),
    /^kafka\.caFile .*ca\.der contains no certificate\. Set it to the PEM file/,
  ],
  [
    'a certificate that was cut off',
    () => ({
      caFile: file('cut.pem', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'),
    }),
    /^kafka\.caFile .*cut\.pem contains no certificate/,
  ],
  [
    'a key in the place of the certificate',
    () => ({ certFile: mine.key, keyFile: mine.key }),
    /^kafka\.certFile \(FACTS_KAFKA_CERT_FILE\): .*mine\.key contains no certificate/,
  ],
  [
    'a certificate in the place of the key',
    () => withKey(mine.cert),
    /^kafka\.keyFile \(FACTS_KAFKA_KEY_FILE\): .*mine\.crt contains no private key/,
  ],
  [
    'a key with a passphrase',
    () => withKey(file('locked.key', encryptedKey())),
    /^kafka\.keyFile .*locked\.key is encrypted\. Write it without a passphrase/,
  ],
  [
    'the key of another certificate',
    () => withKey(other.key),
    /^kafka\.keyFile .*other\.key is not the key of the certificate in .*mine\.crt/,
  ],
]

test.each(wrong)('%s is refused before anything is connected', (_, options, message) => {
  const attempt = (): unknown => kafkaSecurity({ tls: true, ...options() })
  expect(attempt).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error)
  expect(attempt).toThrow(message)
})

test('a certificate and its key are taken', () => {
  expect(kafkaSecurity({ tls: true, ...withKey(mine.key) }).tls).toBeDefined()
})

test('without TLS no file is read', () => {
  expect(kafkaSecurity({ tls: false })).toEqual({})
})

test('each client has a copy of its own, because KafkaJS writes into it', () => {
  const sasl = { saslMechanism: 'plain', username: 'me', password: 'mine' } as const
  const security = kafkaSecurity({ tls: false, ...sasl })
  const first = securitySettings(security)
  expect(first).toEqual({ sasl: { mechanism: 'plain', username: 'me', password: 'mine' } })
  expect(first.sasl).not.toBe(securitySettings(security).sasl)
})
