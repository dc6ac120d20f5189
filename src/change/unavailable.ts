/**
 * What Debezium writes for a TOASTed value that an update left unchanged and that the change therefore does not carry
 * (`unavailable.value.placeholder`, default). How it looks depends on the column's type; the forms below were captured
 * from Debezium 3.7 (see test/golden). With `binary.handling.mode=base64` Debezium writes null for a bytea (or stops,
 * when it is NOT NULL): only `bytes` keeps the placeholder, in the same base64 on the wire.
 */
export const PLACEHOLDER = '__debezium_unavailable_value'

/** A bytea column: base64 of the placeholder's bytes. */
export const PLACEHOLDER_BASE64 = Buffer.from(PLACEHOLDER, 'latin1').toString('base64')

/** An hstore column (`hstore.handling.mode=json`): a map of the placeholder to itself. */
export const PLACEHOLDER_HSTORE = JSON.stringify({ [PLACEHOLDER]: PLACEHOLDER })

/** Stands for a value that is unavailable, between a column's codec and the event; it never reaches a row. */
export const UNAVAILABLE: unique symbol = Symbol('unavailable')
export type Unavailable = typeof UNAVAILABLE
