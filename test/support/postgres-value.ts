/**
 * Compares a column's value with what PostgreSQL itself says it is, by PostgreSQL's own text of the value (`v::text`,
 * TimeZone UTC, IntervalStyle iso_8601, bytea_output hex).
 */
export function isValueOf(type: string, value: unknown, text: string | null): boolean {
  if (text === null || value === null) return text === value
  if (type.endsWith('[]')) {
    const elements = arrayElements(text)
    return (
      Array.isArray(value) &&
      elements?.length === value.length &&
      elements.every((element, index) => isValueOf(type.slice(0, -2), value[index], element))
    )
  }
  return textOf(type, value) === postgresTextOf(type, text)
}

/** PostgreSQL's spelling of a value. */
function textOf(type: string, value: unknown): string {
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`
  if (typeof value !== 'string')
    return type.startsWith('real') ? single(String(value)) : String(value)
  switch (base(type)) {
    case 'date':
      return day(value)
    case 'timestamp':
    case 'timestamptz': {
      const [date = '', clock] = value.split('T')
      if (clock === undefined) return value
      const zone = clock.endsWith('Z') ? '+00' : ''
      const { at, era } = eraOf(date)
      return `${at} ${withoutZeros(clock.replace('Z', ''))}${zone}${era}`
    }
    case 'interval':
      return duration(value)
    case 'char':
      return value.trimEnd()
    default:
      return value
  }
}

/** PostgreSQL's text where it says more, or less, than the value does. */
function postgresTextOf(type: string, text: string): string {
  switch (base(type)) {
    case 'real':
      return single(text)
    case 'double precision':
      return String(Number(text))
    case 'boolean':
    case 'bit(1)':
      return ['t', 'true', '1'].includes(text) ? 'true' : 'false'
    case 'money':
      return text.replace(/[$,]/g, '')
    case 'inet':
      return text.replace(text.includes(':') ? /\/128$/ : /\/32$/, '')
    case 'time':
      return text === '24:00:00' ? '00:00:00' : text
    case 'interval':
      return duration(text)
    case 'char':
      return text.trimEnd()
    default:
      return text
  }
}

const base = (type: string): string =>
  type.startsWith('bit(1)') ? type : type.replace(/\(.*?\)/, '')

function single(text: string): string {
  return String(Math.fround(Number(text)))
}

function day(value: string): string {
  const { at, era } = eraOf(value)
  return at + era
}

/** ISO 8601 has a year 0 and signs, PostgreSQL has eras. */
function eraOf(date: string): { readonly at: string; readonly era: string } {
  const match = /^([+-]?\d+)(-\d\d-\d\d)$/.exec(date)
  if (match === null) return { at: date, era: '' }
  const year = Number(match[1])
  const shown = String(year < 1 ? 1 - year : year).padStart(4, '0')
  return { at: shown + (match[2] ?? ''), era: year < 1 ? ' BC' : '' }
}

function withoutZeros(clock: string): string {
  return clock.includes('.') ? clock.replace(/\.?0+$/, '') : clock
}

/** Without the parts that are zero; minutes that PostgreSQL counts as years are years. */
function duration(text: string): string {
  const parts = [...text.matchAll(/(-?[\d.]+)([YMDHS])|T/g)]
  let isTime = false
  const shown = parts.flatMap(([all, number, unit]) => {
    if (all === 'T') isTime = true
    return Number(number ?? 0) === 0 ? [] : [`${Number(number)}${isTime ? 'T' : ''}${unit ?? ''}`]
  })
  return shown.join(' ')
}

/** The elements of a one-dimensional array's text; undefined for one of several dimensions. */
export function arrayElements(text: string): readonly (string | null)[] | undefined {
  const body = text.replace(/^\[.*?\]=/, '')
  if (body === '{}') return []
  if (body.startsWith('{{')) return undefined
  const elements: (string | null)[] = []
  for (const [, quoted, plain] of body
    .slice(1, -1)
    .matchAll(/(?:"((?:[^"\\]|\\.)*)"|([^,]+))(?:,|$)/g)) {
    if (quoted !== undefined) elements.push(quoted.replace(/\\(.)/g, '$1'))
    else elements.push(plain === 'NULL' ? null : (plain ?? ''))
  }
  return elements
}
