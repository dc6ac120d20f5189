import { date, enumeration, time, timestamptz, uuid, varchar } from '../../table/columns'
import { defineTable } from '../../table/table'

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
