import {
  bigint,
  boolean,
  defineTable,
  jsonb,
  numeric,
  textArray,
  timestamptz,
  uuid,
  varchar,
} from 'pgfacts'

export const secondaryTable = defineTable({
  topic: 'monolith.public.wildapp_secondary',
  key: { id: bigint() },
  columns: {
    tertiary_id: uuid(),
    name: varchar(),
    code: varchar(),
    rating: numeric(4, 2).nullable(),
    tags: textArray(),
    settings: jsonb(),
    active: boolean(),
    created_at: timestamptz(),
    updated_at: timestamptz(),
  },
})
