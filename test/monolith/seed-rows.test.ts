import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

interface Row {
  readonly tertiary: Readonly<Record<string, string | null>>
  readonly secondary: Readonly<Record<string, unknown>> & { readonly tags: readonly string[] }
  readonly primary: Readonly<Record<string, unknown>> & {
    readonly serialNumber: string
    readonly amount: string
    readonly notes: string | null
    readonly labels: readonly (string | null)[]
  }
}

/** What a process of its own makes of each seed. */
function rows(...wanted: readonly `${number}:${number}`[]): readonly string[] {
  const script = join(__dirname, '..', 'support', 'print-seed-rows.ts')
  const args = ['--require', require.resolve('tsx/cjs'), script, ...wanted]
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const
  return execFileSync(process.execPath, args, options).trim().split('\n')
}

const [many = '', ...few] = rows('1:400', '7:20', '8:20')
const made = JSON.parse(many) as readonly Row[]
const primaries = made.map((row) => row.primary)

test('the same seed gives the same rows, another seed other ones', () => {
  expect(rows('7:20')).toEqual([few[0]])
  expect(few[1]).not.toBe(few[0])
})

test('serial numbers are beyond what a JavaScript number holds, within 64 bits', () => {
  for (const { serialNumber } of primaries) {
    expect(BigInt(serialNumber) > BigInt(Number.MAX_SAFE_INTEGER)).toBe(true)
    expect(BigInt(serialNumber) < 2n ** 63n).toBe(true)
  }
})

test('amounts are exact decimals that a floating-point number would not keep', () => {
  expect(primaries.every(({ amount }) => /^-?\d{1,16}\.\d{4}$/.test(amount))).toBe(true)
  expect(primaries.some(({ amount }) => String(Number(amount)) !== amount)).toBe(true)
  expect(primaries.some(({ amount }) => amount.startsWith('-'))).toBe(true)
})

test('notes are sometimes absent, sometimes short, sometimes over 8 kB', () => {
  const lengths = primaries.map(({ notes }) => notes?.length)
  expect(lengths).toContain(undefined)
  expect(lengths.filter((length) => length! < 500).length).toBeGreaterThan(100)
  expect(lengths.filter((length) => length! > 8192).length).toBeGreaterThan(20)
})

test('moments carry microseconds', () => {
  const moments = primaries.map((row) => row['happenedAt']).filter((moment) => moment !== null)
  expect(moments.every((m) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/.test(m as string))).toBe(
    true,
  )
  expect(moments.some((moment) => !(moment as string).endsWith('000'))).toBe(true)
  expect(made.every(({ tertiary }) => tertiary['createdAt']!.endsWith('Z'))).toBe(true)
})

test('every nullable column is null in some row and set in another', () => {
  const nullable = ['score', 'notes', 'happenedAt', 'dueOn', 'remindAt', 'leadTime', 'fingerprint']
  for (const column of nullable) {
    expect({ column, nulls: new Set(primaries.map((row) => row[column] === null)).size }).toEqual({
      column,
      nulls: 2,
    })
  }
  expect(new Set(made.map(({ secondary }) => secondary['rating'] === null)).size).toBe(2)
  expect(new Set(made.map(({ tertiary }) => tertiary['foundedOn'] === null)).size).toBe(2)
  expect(new Set(made.map(({ tertiary }) => tertiary['opensAt'] === null)).size).toBe(2)
})

test('lists have nulls, empty texts, commas, quotes and braces in them, and are sometimes empty', () => {
  const labels = primaries.flatMap((row) => row.labels)
  expect(labels).toContain(null)
  expect(labels).toContain('')
  expect(labels.join()).toMatch(/\{curly, comma\}/)
  expect(primaries.some((row) => row.labels.length === 0)).toBe(true)
})

test.each(['🚀', '"', '\\', "'", '\n', '東京'])('some texts contain %j', (piece) => {
  expect(made.some((row) => (row.primary['title'] as string).includes(piece))).toBe(true)
})

test('texts fit their columns', () => {
  for (const { tertiary, secondary, primary } of made) {
    expect(tertiary['name']!.length).toBeLessThanOrEqual(120)
    expect((secondary['name'] as string).length).toBeLessThanOrEqual(200)
    expect((secondary['code'] as string).length).toBeLessThanOrEqual(16)
    expect((primary['title'] as string).length).toBeLessThanOrEqual(200)
  }
})
