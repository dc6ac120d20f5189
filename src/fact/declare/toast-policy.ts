/** What to do with a column's value that a change lacks because it is TOASTed and unchanged. */
export type ToastPolicy =
  /** Taken from the last known row; empty, and named in the header's `unavailable`, when there is none. Default. */
  | 'heal'
  /** Always empty and named in the header. */
  | 'absent'
  /** As `heal`, but the change becomes a dead letter when there is no row to take the value from. */
  | 'reject'

export type ToastPolicies = Readonly<Record<string, ToastPolicy>>
