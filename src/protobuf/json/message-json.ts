import { FactsError } from '../../errors'
import type { FieldSchema, SchemaManifest } from '../message/schema-manifest'

/** A message, or a part of one, as JSON has it. */
export type JsonObject = Readonly<Record<string, unknown>>

type Fields = Readonly<Record<string, unknown>>

const TIMESTAMP = 'google.protobuf.Timestamp'
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the range of Timestamp's JSON form. */
const [EARLIEST, LATEST] = [-62_135_596_800n, 253_402_300_799n]

/**
 * A decoded message in protobuf's JSON mapping: 64-bit integers as strings, enums by name, bytes in base64, Timestamp
 * in RFC 3339, defaults without presence left out. https://protobuf.dev/programming-guides/json/
 *
 * Throws ENCODE_FAILED when JSON cannot represent the message: a Timestamp is out of range.
 */
export function messageJson(message: object, fullName: string, manifest: SchemaManifest): string {
  return JSON.stringify(toJson(message, fullName, manifest))
}

function toJson(message: object, fullName: string, manifest: SchemaManifest): unknown {
  if (fullName === TIMESTAMP) {
    const { seconds, nanos } = message as { readonly seconds: bigint; readonly nanos: number }
    return timestampText(seconds, nanos)
  }
  const schema = manifest.messages[fullName]
  if (schema === undefined) {
    throw new FactsError('SCHEMA_UNKNOWN', `${fullName} is not in the generated schemas.`)
  }
  const json: Record<string, unknown> = {}
  for (const field of schema.fields) {
    const value = (message as Fields)[field.name]
    if (value === null || value === undefined) continue
    if (field.key !== undefined) {
      const entries = Object.entries(value)
      if (entries.length > 0)
        json[field.name] = Object.fromEntries(
          entries.map(([key, one]) => [key, single(one, field, manifest)]),
        )
    } else if (field.repeated === true) {
      const values = value as readonly unknown[]
      if (values.length > 0) json[field.name] = values.map((one) => single(one, field, manifest))
    } else if (field.optional === true || !isDefault(value)) {
      json[field.name] = single(value, field, manifest)
    }
  }
  return json
}

function single(value: unknown, { type, of = '' }: FieldSchema, manifest: SchemaManifest): unknown {
  if (type === 'message') return toJson(value as object, of, manifest)
  if (type === 'enum') return manifest.enums[of]?.[value as number] ?? value
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value === 'number' && !Number.isFinite(value)) return value.toString()
  return Object.is(value, -0) ? '-0' : value
}

const isDefault = (value: unknown): boolean =>
  Object.is(value, 0) ||
  value === 0n ||
  value === '' ||
  value === false ||
  (value instanceof Uint8Array && value.length === 0)

const DAY = 86_400
/** Cached dates by day since 1970: formatting one costs as much as the rest of a fact's time. */
const dates = new Map<number, string>()
const MAX_DATES = 1_000

function wholeSeconds(seconds: number): string {
  const day = Math.floor(seconds / DAY)
  const second = seconds - day * DAY
  const minute = Math.floor(second / 60)
  return `${dateOf(day)}T${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second % 60)}`
}

const two = (value: number): string => (value < 10 ? `0${value}` : String(value))

function dateOf(day: number): string {
  const known = dates.get(day)
  if (known !== undefined) return known
  if (dates.size >= MAX_DATES) dates.clear()
  const text = new Date(day * DAY * 1000).toISOString().slice(0, 10)
  dates.set(day, text)
  return text
}

/** RFC 3339, with 0, 3, 6 or 9 fraction digits, as few as represent the nanoseconds. Throws ENCODE_FAILED out of range. */
export function timestampText(seconds: bigint, nanos: number): string {
  if (seconds < EARLIEST || seconds > LATEST || nanos < 0 || nanos > 999_999_999) {
    throw new FactsError(
      'ENCODE_FAILED',
      `A Timestamp of ${seconds.toString()} s and ${nanos} ns has no JSON form.`,
    )
  }
  const whole = wholeSeconds(Number(seconds))
  const digits = nanos === 0 ? 0 : nanos % 1_000_000 === 0 ? 3 : nanos % 1000 === 0 ? 6 : 9
  const fraction = nanos.toString().padStart(9, '0').slice(0, digits)
  return digits === 0 ? `${whole}Z` : `${whole}.${fraction}Z`
}
