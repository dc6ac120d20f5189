/** The settings of Debezium's PostgreSQL connector that decide how a column's values are written, with what they may be. */
export const MODES = {
  'decimal.handling.mode': ['precise', 'double', 'string'],
  'time.precision.mode': [
    'adaptive',
    'adaptive_time_microseconds',
    'connect',
    'isostring',
    'microseconds',
    'nanoseconds',
  ],
  'interval.handling.mode': ['numeric', 'string'],
  'binary.handling.mode': ['bytes', 'base64', 'base64-url-safe', 'hex'],
  'hstore.handling.mode': ['json', 'map'],
} as const

export type ModeName = keyof typeof MODES

/** The value of each, Debezium's default where a connector does not say. */
export type Modes = { readonly [Name in ModeName]: (typeof MODES)[Name][number] }

/** Debezium's own defaults. */
export const DEFAULT_MODES: Modes = {
  'decimal.handling.mode': 'precise',
  'time.precision.mode': 'adaptive',
  'interval.handling.mode': 'numeric',
  'binary.handling.mode': 'bytes',
  'hstore.handling.mode': 'json',
}
