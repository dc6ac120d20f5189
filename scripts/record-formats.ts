import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FORMS } from './record-formats/forms'
import { recordFormats } from './record-formats/record-formats'

/**
 * `npm run record:formats` starts PostgreSQL, Kafka and Connect with a connector for each form of record-formats/forms.ts, makes
 * the changes of changes.sql once, and writes what each connector made of them, byte for byte, to test/golden/formats, with the
 * versions and the connectors' settings beside it. To be run when a form or a version has changed.
 */
async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'facts-record-'))
  try {
    const { versions, files, forms, schemas } = await recordFormats(home, FORMS, (line) =>
      console.log(line),
    )
    const folder = process.argv[2] ?? join(__dirname, '..', 'test', 'golden', 'formats')
    mkdirSync(folder, { recursive: true })
    for (const [name, text] of files) writeFileSync(join(folder, `${name}.jsonl`), text)
    const recording = JSON.stringify({ versions, forms, schemas }, undefined, 2)
    writeFileSync(join(folder, 'recording.json'), `${recording}\n`)
    console.log(`Wrote ${files.size} forms to ${folder}`)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
