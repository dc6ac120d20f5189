import type { ManagedHost, ServerModel } from '../introspect/server-model'
import type { AppNames } from './plan'

/** Something that a server lacks, and where it is set. */
export interface ServerNote {
  readonly what: string
  readonly remedy: string
}

/** Where a service has the setting that makes wal_level logical. */
const LOGICAL: Readonly<Record<ManagedHost, string>> = {
  rds: 'Amazon RDS and Aurora: set rds.logical_replication = 1 in the parameter group (of the cluster, on Aurora), and reboot the instance.',
  cloudsql: 'Cloud SQL: set the flag cloudsql.logical_decoding = on, which restarts the instance.',
  azure:
    'Azure Database for PostgreSQL: set the server parameter wal_level = logical, and restart the server.',
  supabase:
    'Supabase: wal_level is logical unless it was changed; set it back in the database settings of the project.',
  neon: 'Neon: enable Logical Replication in the settings of the project, which restarts its computes.',
}

/** Who may create a role that replicates. */
const REPLICATION: Readonly<Record<ManagedHost, string>> = {
  rds: 'Connect as the master user, which may GRANT rds_replication.',
  cloudsql: 'Connect as a user with cloudsqlsuperuser; it may CREATE ROLE ... REPLICATION.',
  azure: 'Connect as the administrator of the server (azure_pg_admin), which has REPLICATION.',
  supabase: 'Connect as the role postgres of the project.',
  neon: 'Connect as a role that was created in the console, which is a member of neon_superuser.',
}

/** What stops the capture of this server, in the order in which it should be done. */
export function serverNotes(server: ServerModel, app: AppNames): readonly ServerNote[] {
  const { walLevel, slots, maxSlots, maxWalSenders, activeWalSenders, role, roles, host } = server
  const notes: ServerNote[] = []
  if (walLevel !== 'logical') {
    notes.push({
      what: `wal_level is ${walLevel}, and changes can be captured only with logical`,
      remedy:
        host === undefined
          ? 'As a superuser: ALTER SYSTEM SET wal_level = logical; then restart PostgreSQL.'
          : LOGICAL[host],
    })
  }
  const hasSlot = slots.some(({ name }) => name === app.publication)
  if (!hasSlot && slots.length >= maxSlots) {
    notes.push({
      what: `all ${maxSlots} replication slots are in use (${slots.map(({ name }) => name).join(', ')})`,
      remedy:
        'Drop one that nothing reads (SELECT pg_drop_replication_slot(...);), or raise max_replication_slots and restart.',
    })
  }
  if (!hasSlot && activeWalSenders >= maxWalSenders) {
    notes.push({
      what: `all ${maxWalSenders} WAL senders are in use`,
      remedy: 'Raise max_wal_senders and restart.',
    })
  }
  const capture = roles.find(({ name }) => name === app.role)
  const mayCreate =
    role.isSuperuser || (role.mayCreateRoles && (role.mayReplicate || host === 'rds'))
  if (capture === undefined && !mayCreate) {
    notes.push({
      what: `the role ${app.role} is missing, and ${role.name} may not create a role that replicates`,
      remedy:
        host === undefined
          ? `As a superuser: CREATE ROLE ${app.role} LOGIN REPLICATION; then run this again.`
          : REPLICATION[host],
    })
  }
  const isMember = host === 'rds'
  if (capture !== undefined && !isMember && !capture.mayReplicate && !capture.isSuperuser) {
    notes.push({
      what: `the role ${app.role} may not replicate`,
      remedy: `As a superuser: ALTER ROLE ${app.role} REPLICATION;`,
    })
  }
  const isPublished = server.publications.some(({ name }) => name === app.publication)
  if (!isPublished && !role.mayCreate) {
    notes.push({
      what: `${role.name} may not create the publication ${app.publication}`,
      remedy: `As the owner of the database: GRANT CREATE ON DATABASE ... TO ${role.name};`,
    })
  }
  return notes
}
