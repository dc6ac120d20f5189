import { join } from 'node:path'
import { run } from './generate/run'

/** `tsx scripts/generate.ts [--check]`: exits 0, 1 when something generated is stale, 2 when it was called wrongly. */
run(join(__dirname, '..'), process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  },
)
