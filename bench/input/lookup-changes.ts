import type { Change } from './change'
import { envelope } from './envelope'
import type { Random } from './random'
import type { SourceClock } from './source-clock'

const REGIONS = ['north', 'east', 'south', 'west'] as const
const PLACES = ['Kutná Hora', 'Springfield', 'Zürich Nord', 'Lake Charles', 'Åre', 'Portsmouth']
const TAGS = ['retail', 'northern', 'wholesale', 'seasonal', 'franchise', 'new, unsorted']

export interface LookupChanges {
  readonly secondaries: readonly Change[]
  readonly tertiaries: readonly Change[]
}

/** The rows that primaries refer to, each inserted once. */
export function lookupChanges(
  random: Random,
  clock: SourceClock,
  { secondaries, tertiaries }: { readonly secondaries: number; readonly tertiaries: number },
): LookupChanges {
  const ids = Array.from({ length: tertiaries }, () => random.uuid())
  return {
    tertiaries: ids.map((id, index) =>
      created(clock, 'wildapp_tertiary', id, {
        id,
        name: `${random.pick(PLACES)} ${index}`,
        region: random.pick(REGIONS),
        founded_on: random.chance(0.2) ? null : `19${10 + random.below(89)}-07-01Z`,
        opens_at: random.chance(0.2) ? null : '08:30:00Z',
        created_at: '2024-03-01T09:15:22.104938Z',
        updated_at: '2024-03-01T09:15:22.104938Z',
      }),
    ),
    secondaries: Array.from({ length: secondaries }, (_, index) =>
      created(clock, 'wildapp_secondary', index + 1, {
        id: index + 1,
        tertiary_id: random.pick(ids),
        name: `Kulas, Renner and Block ${index}`,
        code: `KRB-${String(index).padStart(4, '0')}`,
        rating: random.chance(0.2) ? null : `${random.below(9)}.${10 + random.below(90)}`,
        tags: TAGS.filter(() => random.chance(0.4)),
        settings: `{"theme": "dark", "limits": {"daily": ${random.below(9000)}, "ratio": 0.25}, "parent": null}`,
        active: random.chance(0.8),
        created_at: '2024-04-11T12:00:07.500000Z',
        updated_at: '2025-01-19T17:42:31.000281Z',
      }),
    ),
  }
}

function created(clock: SourceClock, table: string, id: string | number, row: object): Change {
  const moment = clock.next()
  return {
    key: JSON.stringify({ id }),
    value: envelope({ op: 'c', table, before: 'null', after: JSON.stringify(row), ...moment }),
    timestamp: Math.floor(moment.committedAt / 1_000),
  }
}
