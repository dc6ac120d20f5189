import { createHash } from 'node:crypto'
import type { JsonValue } from '../../protobuf/json/json'
import { isObject } from '../../table/exact/envelope'

/** Whether a value is what a connector writes for a TOASTed value that an update left unchanged. */
export type IsPlaceholder = (json: JsonValue) => boolean

/** How Debezium writes `unavailable.value.placeholder`, by the column's type: as text, bytes, the only element or entry, numbers. */
export function placeholderOf(setting: string): IsPlaceholder {
  const bytes = setting.startsWith('hex:')
    ? Buffer.from(setting.slice('hex:'.length), 'hex')
    : Buffer.from(setting)
  const text = bytes.toString()
  const texts = new Set([
    text,
    bytes.toString('base64'),
    bytes.toString('hex'),
    JSON.stringify({ [text]: text }),
  ])
  const uuid = nameBased(bytes)
  const isText = (json: JsonValue | undefined): boolean =>
    typeof json === 'string' && texts.has(json)
  return (json) => {
    if (typeof json === 'string') return texts.has(json)
    if (Array.isArray(json)) {
      if (json.length === 1) return isText(json[0]) || json[0] === uuid
      return json.length === bytes.length && bytes.every((byte, index) => json[index] === byte)
    }
    return isObject(json) && Object.keys(json).length === 1 && json[text] === text
  }
}

/** Java's UUID.nameUUIDFromBytes: version 3 without a name space. */
function nameBased(bytes: Buffer): string {
  const hash = createHash('md5').update(bytes).digest()
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x30
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
