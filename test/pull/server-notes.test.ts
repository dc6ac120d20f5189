import type { ManagedHost, ServerModel } from '../../src/introspect/server-model'
import { namesOf } from '../../src/pull/make-plan'
import { serverNotes } from '../../src/pull/server-notes'
import { database } from '../support/pulled/model'

const app = namesOf('shop')
const { server } = database([])
const noted = (more: Partial<ServerModel>): readonly string[] =>
  serverNotes({ ...server, ...more }, app).map(({ what, remedy }) => `${what}: ${remedy}`)

test('a server that has everything is ready', () => {
  expect(noted({})).toEqual([])
})

test.each<readonly [ManagedHost | undefined, string]>([
  [undefined, 'ALTER SYSTEM SET wal_level = logical;'],
  ['rds', 'rds.logical_replication = 1'],
  ['cloudsql', 'cloudsql.logical_decoding = on'],
  ['azure', 'the server parameter wal_level = logical'],
  ['supabase', 'the database settings of the project'],
  ['neon', 'Logical Replication in the settings of the project'],
])('without wal_level = logical it is said where %s has it', (host, setting) => {
  expect(noted({ walLevel: 'replica', host })).toEqual([expect.stringContaining(setting)])
})

test('slots and senders that are all in use are said, unless the slot is there already', () => {
  const slot = { name: 'other', plugin: 'pgoutput', database: 'shop', isActive: true }
  const full = { maxSlots: 1, slots: [slot], maxWalSenders: 1, activeWalSenders: 1 }
  expect(noted(full)).toEqual([
    expect.stringContaining('all 1 replication slots are in use (other)'),
    expect.stringContaining('all 1 WAL senders are in use'),
  ])
  expect(noted({ ...full, slots: [{ ...slot, name: 'shop_facts' }] })).toEqual([])
})

test('a role that may not create what is missing is said to lack the right', () => {
  const role = { ...server.role, mayReplicate: false, mayCreate: false }
  expect(noted({ role })).toEqual([
    expect.stringContaining('CREATE ROLE shop_cdc LOGIN REPLICATION;'),
    expect.stringContaining('may not create the publication shop_facts'),
  ])
  const capture = { ...role, name: 'shop_cdc' }
  expect(noted({ roles: [capture] })).toEqual([
    expect.stringContaining('ALTER ROLE shop_cdc REPLICATION;'),
  ])
})
