import type { RowOf } from 'pgfacts'
import { defineFact, factTopic, lookup, timestampOf } from 'pgfacts'
import { wildapp } from '../gen/messages'
import { primaryTable } from '../tables/primary'
import { secondaryTable } from '../tables/secondary'
import { tertiaryTable } from '../tables/tertiary'

const { Primary, Region, Status } = wildapp.primary.v1

const STATUS = {
  draft: Status.STATUS_DRAFT,
  active: Status.STATUS_ACTIVE,
  archived: Status.STATUS_ARCHIVED,
} as const

const REGION = {
  north: Region.REGION_NORTH,
  east: Region.REGION_EAST,
  south: Region.REGION_SOUTH,
  west: Region.REGION_WEST,
} as const

/** A primary with the secondary it belongs to and, through it, the tertiary. */
export const primary = defineFact({
  name: 'wildapp.primary',
  from: primaryTable,
  join: {
    secondary: lookup(secondaryTable, 'secondary_id', {
      tertiary: lookup(tertiaryTable, 'tertiary_id'),
    }),
  },
  key: ({ id }) => ({ id }),
  map: ({ row, secondary }) => ({
    secondaryId: row.secondary_id,
    title: row.title ?? '',
    status: STATUS[row.status],
    serialNumber: row.serial_number,
    amount: row.amount,
    quantity: row.quantity,
    score: row.score,
    verified: row.verified,
    notes: row.notes,
    externalId: row.external_id,
    happenedAt: row.happened_at,
    dueOn: row.due_on,
    remindAt: row.remind_at,
    leadTime: row.lead_time,
    attributes: row.attributes ?? '',
    labels: row.labels?.map((label) => label ?? '') ?? [],
    fingerprint: row.fingerprint,
    createdAt: timestampOf(row.created_at),
    updatedAt: timestampOf(row.updated_at),
    secondary: secondary === undefined ? null : secondaryOf(secondary),
  }),
  indexes: ['secondaryId', 'status'],
  to: factTopic('wildapp.primary.facts', Primary),
})

function secondaryOf(
  row: RowOf<typeof secondaryTable> & { tertiary: RowOf<typeof tertiaryTable> | undefined },
): wildapp.primary.v1.Secondary {
  return {
    id: row.id,
    name: row.name ?? '',
    code: row.code ?? '',
    rating: row.rating,
    tags: row.tags?.map((tag) => tag ?? '') ?? [],
    settings: row.settings ?? '',
    active: row.active,
    tertiary: row.tertiary === undefined ? null : tertiaryOf(row.tertiary),
  }
}

function tertiaryOf(row: RowOf<typeof tertiaryTable>): wildapp.primary.v1.Tertiary {
  return {
    id: row.id,
    name: row.name ?? '',
    region: REGION[row.region],
    foundedOn: row.founded_on,
    opensAt: row.opens_at,
  }
}
