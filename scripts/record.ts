import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import app from '../facts.config'
import { goldenFiles } from './record/golden-files'
import { record } from './record/record'

/**
 * `npm run record` starts the embedded stack with connectors/monolith.json, makes the changes of record/changes.sql and
 * writes what the connector made of them, byte for byte, to test/golden/debezium-3.7.0, with the versions and the connector's
 * settings beside it. About two minutes. To be run when the connector file or a version has changed; see the test
 * test/scripts/record.test.ts.
 */
async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'facts-record-'))
  try {
    const { versions, records } = await record(home, (line) => console.log(line))
    const folder = join(__dirname, '..', 'test', 'golden', 'debezium-3.7.0')
    const connector: unknown = JSON.parse(
      readFileSync(join(__dirname, '..', app.connector), 'utf8'),
    )
    for (const [name, text] of goldenFiles(records)) {
      writeFileSync(join(folder, `${name}.jsonl`), text)
    }
    writeFileSync(
      join(folder, 'recording.json'),
      `${JSON.stringify({ versions, connector }, undefined, 2)}\n`,
    )
    console.log(`Wrote ${records.length} records to ${folder}`)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
