/**
 * Prints rows as the seed would insert them: `print-seed-rows.ts <seed>:<rows> ...`, one JSON array a seed, 64-bit integers
 * as text and bytes as base64. A program of its own because faker is an ESM-only package, which jest cannot load.
 */
import { generator } from '../../monolith/seed/generator'
import { primaryRow } from '../../monolith/seed/primary-row'
import { secondaryRow } from '../../monolith/seed/secondary-row'
import { tertiaryRow } from '../../monolith/seed/tertiary-row'

const now = Date.UTC(2026, 0, 1)

for (const wanted of process.argv.slice(2)) {
  const [seed = 0, rows = 1] = wanted.split(':').map(Number)
  const faker = generator([seed])
  const made = Array.from({ length: rows }, () => ({
    tertiary: tertiaryRow(faker, now),
    secondary: secondaryRow(faker, now, '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111'),
    primary: primaryRow(faker, now, 1n),
  }))
  const text = JSON.stringify(made, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  process.stdout.write(`${text}\n`)
}
