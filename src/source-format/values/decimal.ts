import type { JsonValue } from '../../protobuf/json/json'
import { standardBase64 } from './binary'

/** Debezium's names of the values of a numeric that are no numbers. */
const SPECIAL: Readonly<Record<string, string>> = {
  NaN: 'NAN',
  Infinity: 'POSITIVE_INFINITY',
  '-Infinity': 'NEGATIVE_INFINITY',
}

/** An unscaled value in base64, big-endian two's complement, as decimal text; undefined when it is none. */
export function unscaledDecimal(json: JsonValue | undefined, scale: number): string | undefined {
  const base64 = typeof json === 'string' ? standardBase64(json) : undefined
  if (base64 === undefined || base64 === '') return undefined
  const bytes = Buffer.from(base64, 'base64')
  return scaled(BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`)), scale)
}

/** unscaled × 10^-scale, with `scale` digits after the point. */
function scaled(unscaled: bigint, scale: number): string {
  if (scale <= 0) return (unscaled * 10n ** BigInt(-scale)).toString()
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

const NUMBER = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/

/** A number as decimal text without exponent, with at least `least` digits after the point; undefined when it is none. */
export function plainDecimal(text: string, least = 0): string | undefined {
  const match = NUMBER.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = `${whole}${fraction}`
  const point = whole.length + Number(exponent)
  const padded = digits.padStart(digits.length + Math.max(0, 1 - point), '0')
  const at = Math.max(point, 1)
  const before = padded
    .slice(0, at)
    .padEnd(at, '0')
    .replace(/^0+(?=.)/, '')
  const after = padded.slice(at).padEnd(least, '0')
  const isZero = /^0*$/.test(before + after)
  return `${isZero ? '' : sign}${before}${after === '' ? '' : `.${after}`}`
}

/** A double as decimal text with the digits of its column's scale; undefined when it is none. */
export function doubleDecimal(json: JsonValue, scale: number | undefined): string | undefined {
  if (typeof json === 'string') return SPECIAL[json]
  if (typeof json !== 'number' && typeof json !== 'bigint') return undefined
  // Without a scale nothing says how many zeros the value had.
  return plainDecimal(String(json), Math.max(0, scale ?? 0))
}
