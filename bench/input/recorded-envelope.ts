import { ByteCursor } from '../../src/table/bytes/byte-cursor'
import { scanFields } from '../../src/table/fast/scan-fields'

/** What differs from change to change, by the path of its field. */
export interface EnvelopeFields {
  readonly before: string
  readonly after: string
  readonly op: string
  readonly 'source.ts_ms': string
  readonly 'source.ts_us': string
  readonly 'source.ts_ns': string
  readonly 'source.sequence': string
  readonly 'source.txId': string
  readonly 'source.lsn': string
  readonly 'transaction.id': string
  readonly 'transaction.total_order': string
  readonly 'transaction.data_collection_order': string
  readonly ts_ms: string
  readonly ts_us: string
  readonly ts_ns: string
}

type Path = keyof EnvelopeFields
const PATHS: Readonly<Record<Path, true>> = {
  before: true,
  after: true,
  op: true,
  'source.ts_ms': true,
  'source.ts_us': true,
  'source.ts_ns': true,
  'source.sequence': true,
  'source.txId': true,
  'source.lsn': true,
  'transaction.id': true,
  'transaction.total_order': true,
  'transaction.data_collection_order': true,
  ts_ms: true,
  ts_us: true,
  ts_ns: true,
}

interface Part {
  /** Text up to the field's value. */
  readonly constant: string
  readonly path: Path
}

/** A recorded value whose fields of `EnvelopeFields` can be given others; all other bytes stay. */
export class RecordedEnvelope {
  private readonly parts: Part[] = []
  private readonly last: string

  /** Throws when the record lacks one of the fields. */
  constructor(value: Buffer) {
    const cursor = new ByteCursor()
    cursor.attach(value)
    cursor.openText(0)
    let end = 0
    const add = (prefix: string): void => {
      for (const field of scanFields(cursor)?.values() ?? []) {
        const path = prefix + field.name
        if (isPath(path)) {
          const start = field.start - value.byteOffset
          this.parts.push({ constant: value.toString('utf8', end, start), path })
          end = field.end - value.byteOffset
        } else if (path === 'source' || path === 'transaction') {
          cursor.pos = field.start
          add(`${path}.`)
        }
      }
    }
    add('')
    this.last = value.toString('utf8', end)
    const missing = Object.keys(PATHS).filter(
      (path) => !this.parts.some((part) => part.path === path),
    )
    if (missing.length > 0) throw new Error(`The recorded change lacks ${missing.join(', ')}.`)
  }

  with(fields: EnvelopeFields): string {
    let text = ''
    for (const { constant, path } of this.parts) text += constant + fields[path]
    return text + this.last
  }
}

function isPath(path: string): path is Path {
  return Object.hasOwn(PATHS, path)
}
