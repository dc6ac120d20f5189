/** The parts of a server and of the connected role on which capturing changes depends. */
export interface ServerModel {
  /** For example 180004. */
  readonly version: number
  /** `logical` is what capture needs. */
  readonly walLevel: string
  /** Slots that the server allows, and those in use, by this and by other databases. */
  readonly maxSlots: number
  readonly slots: readonly SlotModel[]
  readonly maxWalSenders: number
  readonly activeWalSenders: number
  readonly role: RoleModel & { readonly mayCreate: boolean }
  /** Roles of the whole server, without the predefined ones (pg_*). */
  readonly roles: readonly RoleModel[]
  readonly publications: readonly PublicationModel[]
  /** The service that hosts the server, where its roles or settings show it. */
  readonly host: ManagedHost | undefined
}

export type ManagedHost = 'rds' | 'cloudsql' | 'azure' | 'supabase' | 'neon'

export interface RoleModel {
  readonly name: string
  readonly isSuperuser: boolean
  readonly mayLogIn: boolean
  readonly mayReplicate: boolean
  readonly mayCreateRoles: boolean
}

export interface SlotModel {
  readonly name: string
  readonly plugin: string | null
  readonly database: string | null
  readonly isActive: boolean
}

export interface PublicationModel {
  readonly name: string
  readonly isForAllTables: boolean
  readonly viaRoot: boolean
  /** Operations that are published: insert, update, delete, truncate. */
  readonly operations: readonly string[]
}
