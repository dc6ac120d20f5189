import type { Random } from './random'

const SENTENCE = 'The quick brown fox jumps over the lazy dog, twice a day at noon.'
/** 500 bytes, as one in ten rows has. */
const LONG_NOTES = SENTENCE.repeat(8).slice(0, 500)
const ADJECTIVES = ['Handcrafted', 'Sleek', 'Rustic', 'Ergonomic', 'Licensed', 'Refined', 'Bespoke']
const MATERIALS = [
  'Bronze',
  'Cotton',
  'Granite',
  'Wooden',
  'Soft',
  'Frozen',
  'Žižkov 東京',
  'Oak "A"',
]
const THINGS = ['Keyboard', 'Chair', 'Ball', 'Gloves', 'Pizza', 'Towels', 'Mouse', 'Hat']
const COLOURS = ['magenta', 'olive', 'teal', 'azure', 'crimson']
const LABELS = ['alpha', 'beta', 'gamma', 'delta', 'on hold', 'a,b']
const STATUSES = ['draft', 'active', 'archived'] as const

const json = (text: string): string => JSON.stringify(text)
/** Every title, so that a row takes no time to make. */
const TITLES = ADJECTIVES.flatMap((a) =>
  MATERIALS.flatMap((m) => THINGS.map((thing) => json(`${a} ${m} ${thing}`))),
)

const two = (value: number): string => (value < 10 ? `0${value}` : String(value))
const six = (value: number): string => String(value).padStart(6, '0')
/** A fraction of a second as a timestamp has it, unlike a timestamptz: without zeros at its end. */
const fraction = (micros: string): string => `.${micros}`.replace(/\.?0+$/, '')

/** Form of a row's long text in a change. */
export type Notes = 'as is' | 'unavailable'

/** A row of wildapp_primary as the connector's JSON converter writes it; about 540 bytes. */
export function primaryRow(
  random: Random,
  id: number,
  secondaries: number,
  notes: Notes = 'as is',
): string {
  const day = `${two(1 + random.below(12))}-${two(1 + random.below(28))}`
  const clock = `${two(random.below(24))}:${two(random.below(60))}:${two(random.below(60))}`
  const micros = six(random.below(1_000_000))
  const secondary = random.chance(0.1) ? 'null' : String(1 + random.below(secondaries))
  const colour = random.pick(COLOURS)
  const labels = LABELS.filter(() => random.chance(0.4)).map(json)
  const orNull = (text: string): string => (random.chance(0.2) ? 'null' : text)
  return (
    `{"id":${id},"secondary_id":${secondary},"title":${random.pick(TITLES)},"status":"${random.pick(STATUSES)}",` +
    `"serial_number":90${six(random.below(1_000_000))}${six(random.below(1_000_000))}49${two(random.below(90))},` +
    `"amount":"${random.below(1_000_000)}.${1000 + random.below(9000)}","quantity":${random.below(5000)},` +
    `"score":${orNull(String(random.below(1_000_000) / 999_983))},"verified":${random.chance(0.5)},` +
    `"notes":${notes === 'unavailable' ? '"__debezium_unavailable_value"' : notesOf(random)},` +
    `"external_id":"${random.uuid()}","happened_at":${orNull(`"2025-${day}T${clock}${fraction(micros)}Z"`)},` +
    `"due_on":${orNull(`"2026-${day}Z"`)},"remind_at":${orNull(`"${clock}Z"`)},` +
    `"lead_time":${orNull(`"P0Y0M${random.below(9)}DT2H${random.below(60)}M0S"`)},` +
    `"attributes":"{\\"color\\": \\"${colour}\\", \\"weight\\": ${random.below(9999) / 100}, \\"sizes\\": [1, ${random.below(90)}]}",` +
    `"labels":[${labels.join(',')}],"fingerprint":${orNull(`"${random.hex(21)}A=="`)},` +
    `"created_at":"2025-${day}T${clock}.${micros}Z","updated_at":"2026-${day}T${clock}.${micros}Z"}`
  )
}

function notesOf(random: Random): string {
  const kind = random.fraction()
  if (kind < 0.2) return 'null'
  return json(kind < 0.9 ? SENTENCE.slice(0, 20 + random.below(45)) : LONG_NOTES)
}
