import type { Change } from '../../bench/input/change'
import { lookupChanges } from '../../bench/input/lookup-changes'
import { PrimaryChanges } from '../../bench/input/primary-changes'
import { Random } from '../../bench/input/random'
import { SourceClock } from '../../bench/input/source-clock'
import { recordedChange } from '../../bench/input/recorded-changes'
import { Table } from '../../src/table/table'
import { primary, shapeOf } from '../table/tables'
import type { FactsError } from '../../src/errors'
import { primaryTable } from '../../src/wildapp/tables/primary'
import { secondaryTable } from '../../src/wildapp/tables/secondary'
import { tertiaryTable } from '../../src/wildapp/tables/tertiary'

const COUNT = 25_000

function generated(seed: number, count: number): readonly Change[] {
  const random = new Random(seed)
  const clock = new SourceClock(random)
  const options = { random, clock, keys: count / 4, secondaries: 100, changes: count }
  const changes = new PrimaryChanges({ ...options, withUnreadable: true })
  return Array.from({ length: count }, () => changes.next())
}

const bytes = ({ key, value }: Change): { key: Buffer; value: Buffer | null } => ({
  key: Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
})

function operations(changes: readonly Change[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const change of changes) {
    let operation: string
    try {
      operation = primaryTable.decode(bytes(change)).operation
    } catch (error) {
      operation = (error as FactsError).code
    }
    counts.set(operation, (counts.get(operation) ?? 0) + 1)
  }
  return counts
}

/** The names of all fields in their order, with the kind of each value; rows with what may be null left open. */
function formOf(json: string): unknown {
  const form = (value: unknown, name: string): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return name === 'snapshot' ? value : typeof value
    }
    return Object.entries(value).map(([inner, content]) => [
      inner,
      name === 'after' ? 'any' : form(content, inner),
    ])
  }
  return form(JSON.parse(json), '')
}

describe('The input of the benchmark', () => {
  const all = generated(1, COUNT)

  it('is the same for the same seed', () => {
    expect(generated(7, 500)).toEqual(generated(7, 500))
  })

  it('is another for another seed', () => {
    expect(generated(7, 500)).not.toEqual(generated(8, 500))
  })

  it('is what the decoder of Debezium changes accepts, but for the records that are cut short', () => {
    const counts = operations(all)
    expect(counts.get('JSON_INVALID')).toBe(1)
    expect([...counts.keys()].sort()).toEqual([
      'JSON_INVALID',
      'create',
      'delete',
      'tombstone',
      'update',
    ])
  })

  it('inserts one row in four changes and updates rows otherwise', () => {
    const counts = operations(all)
    expect((counts.get('create') ?? 0) / COUNT).toBeCloseTo(0.25, 2)
    expect((counts.get('update') ?? 0) / COUNT).toBeCloseTo(0.74, 1)
  })

  it('follows each delete with its tombstone', () => {
    const tombstones = all.flatMap(({ value }, index) => (value === null ? [index] : []))
    expect(tombstones.length).toBeGreaterThan(0)
    for (const index of tombstones) {
      expect(all[index - 1]?.key).toBe(all[index]?.key)
      expect(all[index - 1]?.value).toContain('"op":"d"')
    }
  })

  it('leaves values out as an update of a row with TOASTed text does', () => {
    const changes = all.filter(({ value }) => value?.includes('_unavailable_value'))
    const [change] = changes
    expect(changes.length / COUNT).toBeCloseTo(0.015, 2)
    expect(primaryTable.decode(bytes(change!))).toMatchObject({ unavailable: ['notes'] })
  })

  it('writes keys and lookup rows that the tables accept', () => {
    const random = new Random(1)
    const sizes = { secondaries: 50, tertiaries: 5 }
    const { secondaries, tertiaries } = lookupChanges(random, new SourceClock(random), sizes)
    for (const change of secondaries) {
      expect(secondaryTable.decode(bytes(change)).operation).toBe('create')
    }
    for (const change of tertiaries) {
      expect(tertiaryTable.decode(bytes(change)).operation).toBe('create')
    }
  })

  it('has the form of what the connector wrote, but for the values', () => {
    const random = new Random(1)
    const sizes = { secondaries: 2, tertiaries: 1 }
    const lookups = lookupChanges(random, new SourceClock(random), sizes)
    const created = all.find(({ value }) => value?.includes('"op":"c"'))
    const deleted = all.find(({ value }) => value?.includes('"op":"d"'))
    for (const [table, change, op] of [
      ['wildapp_primary', created, 'c'],
      ['wildapp_primary', deleted, 'd'],
      ['wildapp_secondary', lookups.secondaries[0], 'c'],
      ['wildapp_tertiary', lookups.tertiaries[0], 'c'],
    ] as const) {
      const recorded = recordedChange(table, `"op":"${op}"`, '"snapshot":null')
      expect(formOf(String(change?.value))).toEqual(formOf(recorded.value.toString()))
      expect(formOf(String(change?.key))).toEqual(formOf(recorded.key.toString()))
    }
  })

  it('is decoded the fast way, but for the first record of a form', () => {
    const table = new Table<object, object>(shapeOf(primary))
    for (const change of generated(3, 5_000)) table.decode(bytes(change))
    expect(table.counts.fast / (table.counts.fast + table.counts.exact)).toBeGreaterThan(0.999)
  })

  it('takes the commit time that it is given', () => {
    const random = new Random(1)
    const options = { random, clock: new SourceClock(random), keys: 10, secondaries: 10 }
    const changes = new PrimaryChanges({ ...options, changes: 40, withUnreadable: false })
    const change = primaryTable.decode(bytes(changes.next(1_790_000_000_123_456)))
    expect(change).toMatchObject({ position: { committedAt: 1_790_000_000_123_456n } })
  })
})
