import type { JsonValue } from '../../protobuf/json/json'
import type { ColumnCodec } from '../shape/column'
import { isObject } from '../exact/envelope'
import { BASE64 } from './binary-codec'

/** PostgreSQL's geometric types, each as PostgreSQL's input text; numbers in their shortest form. */
export type Shape = 'point' | 'line' | 'lseg' | 'box' | 'path' | 'circle'

const EXAMPLES: Readonly<Record<Shape, string>> = {
  point: '(1.5,-2)',
  line: '{1,2,3}',
  lseg: '[(0,0),(1,1)]',
  box: '(1,1),(0,0)',
  path: '[(0,0),(1,1)]',
  circle: '<(0,0),2>',
}

export function geometricCodec(shape: Shape): ColumnCodec<string> {
  return {
    expected: `a ${shape} as Debezium writes it, an object that means, say, ${EXAMPLES[shape]}`,
    fromJson: (json) => READERS[shape](json),
    readsText: false,
    fromBytes: () => undefined,
  }
}

const READERS: Readonly<Record<Shape, (json: JsonValue) => string | undefined>> = {
  point,
  line: (json) => {
    const numbers = isObject(json) ? [json['a'], json['b'], json['c']].map(number) : []
    return joined(numbers, 3, '{', '}')
  },
  circle: (json) => {
    if (!isObject(json)) return undefined
    const center = point(json['center'])
    const radius = number(json['radius'])
    return center === undefined || radius === undefined ? undefined : `<${center},${radius}>`
  },
  lseg: (json) => around(points(json, 'lseg', 2), '[', ']'),
  path: (json) => {
    const found = points(json, 'path')
    const closed =
      isObject(json) && isObject(json['extensions']) ? json['extensions']['closed'] : ''
    if (closed === 'true') return around(found, '(', ')')
    return closed === 'false' ? around(found, '[', ']') : undefined
  },
  box: (json) => {
    const corners = points(json, 'box')
    if (corners === undefined || corners.length !== 5) return undefined
    const xs = corners.map(([x]) => x)
    const ys = corners.map(([, y]) => y)
    const high = [Math.max(...xs), Math.max(...ys)] as const
    const low = [Math.min(...xs), Math.min(...ys)] as const
    // Corners with NaN have no known order.
    return [...high, ...low].some(Number.isNaN) ? undefined : around([high, low], '', '')
  },
}

type Point = readonly [x: number, y: number]

function point(json: JsonValue | undefined): string | undefined {
  const numbers = isObject(json) ? [number(json['x']), number(json['y'])] : []
  return joined(numbers, 2, '(', ')')
}

/** Debezium writes numbers that JSON lacks as text: "NaN", "Infinity". */
function number(json: JsonValue | undefined): string | undefined {
  if (json === 'NaN' || json === 'Infinity' || json === '-Infinity') return json
  return typeof json === 'number' || typeof json === 'bigint' ? shown(Number(json)) : undefined
}

function shown(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function joined(
  numbers: readonly (string | undefined)[],
  count: number,
  open: string,
  close: string,
): string | undefined {
  const isWhole = numbers.length === count && numbers.every((value) => value !== undefined)
  return isWhole ? `${open}${numbers.join(',')}${close}` : undefined
}

function around(
  found: readonly Point[] | undefined,
  open: string,
  close: string,
): string | undefined {
  const inner = found?.map(([x, y]) => `(${shown(x)},${shown(y)})`).join(',')
  return inner === undefined ? undefined : `${open}${inner}${close}`
}

const LITTLE_ENDIAN = 1
const LINE_STRING = 2
const POLYGON = 3

/** Points of a well-known binary (OGC 06-103r4) that is a line string, or a polygon of one ring. */
function points(json: JsonValue, type: Shape, count?: number): readonly Point[] | undefined {
  if (!isObject(json) || !isObject(json['extensions'])) return undefined
  const { wkb, extensions } = json
  if (extensions['type'] !== type || typeof wkb !== 'string' || !BASE64.test(wkb)) return undefined
  const bytes = Buffer.from(wkb, 'base64')
  if (bytes.length < 9 || bytes[0] !== LITTLE_ENDIAN) return undefined
  const kind = bytes.readUInt32LE(1)
  const isPolygon = kind === POLYGON && bytes.readUInt32LE(5) === 1
  if (!isPolygon && kind !== LINE_STRING) return undefined
  const from = isPolygon ? 13 : 9
  if (bytes.length < from) return undefined
  const length = bytes.readUInt32LE(from - 4)
  if (bytes.length !== from + length * 16 || length === 0) return undefined
  if (count !== undefined && length !== count) return undefined
  return Array.from({ length }, (_, index): Point => {
    const at = from + index * 16
    return [bytes.readDoubleLE(at), bytes.readDoubleLE(at + 8)]
  })
}
