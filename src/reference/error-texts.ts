import type { ErrorCode } from '../errors'

/** What docs/reference/errors.md says of an error code, each in one or two sentences. */
export interface ErrorHelp {
  readonly happened: string
  /** What the product did, in addition to what the code's remedy says. */
  readonly did: string
  readonly todo: string
}

/** Of some codes; a name that is no code does not compile. */
export type ErrorHelps = Partial<Record<ErrorCode, ErrorHelp>>
