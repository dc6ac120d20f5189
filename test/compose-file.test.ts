import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { packageRoot } from '../src/package-root'

interface Service {
  readonly image?: string
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly privileged?: boolean
  readonly environment?: Readonly<Record<string, unknown>>
  readonly restart?: string
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
}

const { services } = parse(readFileSync(join(packageRoot(), 'docker-compose.yml'), 'utf8'), {
  merge: true,
}) as { readonly services: Readonly<Record<string, Service>> }
const all = Object.entries(services)

const knowing = (text: string): readonly string[] =>
  all.filter(([, service]) => JSON.stringify(service).includes(text)).map(([name]) => name)

test.each(all)('%s has no more privileges than it needs, and can get none', (name, service) => {
  expect(service.cap_drop).toEqual(['ALL'])
  expect(service.security_opt).toEqual(['no-new-privileges:true'])
  expect(service.privileged).toBeUndefined()
  if (name !== 'postgres') expect(service.cap_add).toBeUndefined()
})

test("the password of the database's owner is known to who changes the database only", () => {
  expect(knowing('WILDAPP_PASSWORD')).toEqual(['postgres', 'migrate', 'seed'])
  expect(knowing('//wildapp:')).toEqual(['migrate', 'seed'])
})

test('the password of the capture role is known to who sets, registers and uses it only', () => {
  expect(knowing('CDC_PASSWORD').filter((name) => name !== 'connect')).toEqual([
    'migrate',
    'register-connector',
  ])
})

test('a service that ends is waited for by another one, so that "up --wait" does not take it for a failure', () => {
  const ending = all.filter(([, { restart }]) => restart === undefined).map(([name]) => name)
  const awaited = all.flatMap(([, { depends_on: others = {} }]) =>
    Object.entries(others)
      .filter(([, { condition }]) => condition === 'service_completed_successfully')
      .map(([name]) => name),
  )
  expect(ending).not.toEqual([])
  expect(ending.filter((name) => !awaited.includes(name))).toEqual([])
})

test('every image of others can be replaced by its digest', () => {
  const images = all.map(([, { image = '' }]) => image)
  for (const image of images) expect(image).toMatch(/^\$\{[A-Z]+_IMAGE:-[^}]+\}$/)
})

test('no role replicates physically', () => {
  const rules = readFileSync(join(packageRoot(), 'docker', 'pg_hba.conf'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/))
  const [local, host, ...others] = rules
  expect([local, host]).toEqual([
    ['local', 'replication', 'all', 'reject'],
    ['host', 'replication', 'all', 'all', 'reject'],
  ])
  expect(others.filter(([, database]) => database === 'replication')).toEqual([])
})
