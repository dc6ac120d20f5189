import { date, defineTable, enumeration, time, timestamptz, uuid, varchar } from 'pgfacts'

export const tertiaryTable = defineTable({
  topic: 'monolith.public.wildapp_tertiary',
  key: { id: uuid() },
  columns: {
    name: varchar(),
    region: enumeration('north', 'east', 'south', 'west'),
    founded_on: date().nullable(),
    opens_at: time().nullable(),
    created_at: timestamptz(),
    updated_at: timestamptz(),
  },
})
