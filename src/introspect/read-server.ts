import type { Client } from 'pg'
import type {
  ManagedHost,
  PublicationModel,
  RoleModel,
  ServerModel,
  SlotModel,
} from './server-model'
import { PUBLICATIONS, ROLES, SERVER, SLOTS } from './server-queries'

interface ServerRow extends Pick<
  ServerModel,
  'version' | 'walLevel' | 'maxSlots' | 'maxWalSenders' | 'activeWalSenders'
> {
  readonly name: string
  readonly role: string
  readonly mayCreate: boolean
  readonly isRds: boolean
  readonly isCloudSql: boolean
  readonly isNeon: boolean
}

/** The server, its roles and publications, and the connected role; to be called within `inSnapshot`. */
export async function readServer(
  client: Client,
): Promise<{ readonly name: string; readonly server: ServerModel }> {
  const { rows } = await client.query<ServerRow>(SERVER)
  const roles = (await client.query<RoleModel>(ROLES)).rows
  const slots = (await client.query<SlotModel>(SLOTS)).rows
  const publications = (await client.query<PublicationModel>(PUBLICATIONS)).rows
  const [row] = rows
  if (row === undefined) throw new Error('PostgreSQL answered no row')
  const { version, walLevel, maxSlots, maxWalSenders, activeWalSenders, mayCreate } = row
  const role = roles.find(({ name }) => name === row.role) ?? { ...NO_RIGHTS, name: row.role }
  return {
    name: row.name,
    server: {
      version,
      walLevel,
      maxSlots,
      maxWalSenders,
      activeWalSenders,
      slots,
      roles,
      publications,
      role: { ...role, mayCreate },
      host: hostOf(row, new Set(roles.map(({ name }) => name))),
    },
  }
}

const NO_RIGHTS = {
  isSuperuser: false,
  mayLogIn: true,
  mayReplicate: false,
  mayCreateRoles: false,
}

function hostOf(row: ServerRow, roles: ReadonlySet<string>): ManagedHost | undefined {
  if (row.isNeon || roles.has('neon_superuser')) return 'neon'
  if (row.isRds || roles.has('rds_superuser')) return 'rds'
  if (row.isCloudSql || roles.has('cloudsqlsuperuser')) return 'cloudsql'
  if (roles.has('azure_pg_admin')) return 'azure'
  return roles.has('supabase_admin') ? 'supabase' : undefined
}
