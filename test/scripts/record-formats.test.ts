import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FORMS } from '../../scripts/record-formats/forms'
import { artifactLock } from '../../src/dev-stack/artifacts/artifact-lock'
import { packageRoot } from '../../src/package-root'

const recording = JSON.parse(
  readFileSync(join(packageRoot(), 'test/golden/formats/recording.json'), 'utf8'),
) as {
  readonly versions: Readonly<Record<string, string>>
  readonly forms: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const advice = 'Run: npm run record:formats'

test('each form is recorded with the settings that it has', () => {
  expect({ advice, forms: recording.forms }).toMatchObject({ advice, forms: FORMS })
  expect(Object.keys(recording.forms)).toEqual(Object.keys(FORMS))
})

test('the forms are recorded from the versions that the stack starts', () => {
  const { debezium, kafka } = artifactLock()
  expect({ advice, ...recording.versions }).toMatchObject({
    advice,
    debezium: debezium.version,
    kafka: kafka.version,
  })
})
