import { customType } from 'drizzle-orm/pg-core'

/** Column of raw bytes; drizzle has no builder for `bytea`. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({
  dataType: () => 'bytea',
})
