import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordBytes } from '../../src/table/exact/record-bytes'

const FOLDER = join(__dirname, '../golden/debezium-3.7.0')

/** The records of one golden file, key and value as the bytes that Debezium wrote. */
export function goldenRecords(name: string): readonly RecordBytes[] {
  return readFileSync(join(FOLDER, `${name}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const value = line.indexOf(',"value":')
      const key = line.indexOf('"key":')
      return {
        key: bytes(line.slice(key + '"key":'.length, value)),
        value: bytes(line.slice(value + ',"value":'.length, -1)),
      }
    })
}

function bytes(json: string): Buffer | null {
  return json === 'null' ? null : Buffer.from(json)
}
