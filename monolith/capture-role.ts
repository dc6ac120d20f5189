import type { Client } from 'pg'
import { Problem } from './problem'
import { scramVerifier } from './scram'

/** Creates the capture role as an administrator, for owners who may not; 0002_capture_role.sql then finds it there. */
export async function ensureCaptureRole(admin: Client): Promise<void> {
  await admin.query(`DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cdc') THEN
      CREATE ROLE cdc LOGIN REPLICATION NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF; END $$`)
}

/** Sets the role's password, sent as its SCRAM verifier. Throws Problem when the connected role may not. */
export async function setCapturePassword(client: Client, password: string): Promise<void> {
  // ALTER ROLE takes no parameters; the verifier is base64 and punctuation, and is quoted nevertheless.
  const verifier = client.escapeLiteral(scramVerifier(password))
  try {
    await client.query(`ALTER ROLE cdc PASSWORD ${verifier}`)
  } catch (error) {
    if ((error as { readonly code?: string }).code !== '42501') throw error
    throw new Problem(
      'The password of the role cdc cannot be set by this role. Set ADMIN_DATABASE_URL, or leave CDC_PASSWORD unset ' +
        'and have an administrator set the password.',
      { cause: error },
    )
  }
}
