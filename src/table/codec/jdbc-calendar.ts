/**
 * Dates that went through JDBC's calendar: those of snapshots and of arrays. Before 15 October 1582 Java uses the Julian
 * calendar and writes the year of the era without the era; PostgreSQL always uses the Gregorian calendar. If two dates of
 * PostgreSQL have the same text there, neither is certain.
 */

export const INFINITY = 'infinity'
export const MINUS_INFINITY = '-infinity'

/** PostgreSQL's last year. Java writes the infinities as later years, and -infinity loses its era. */
const LAST_YEAR = 5_874_897
const YEAR_OF_MINUS_INFINITY = 292_269_055
/** Days that Java's calendar lacks are written ten days later, as existing days are. */
const FIRST_DOUBLE = 1582_10_15
const LAST_DOUBLE = 1582_10_24
/** PostgreSQL's first date, 24 November 4714 BC. */
const FIRST_YEAR_BC = 4714
const FIRST_DAY_BC = 11_24

const DATE = /^([+-]?[0-9]{4,9})-([0-9]{2})-([0-9]{2})$/

/** A day as numbers with the order of days: the ISO year (0 is 1 BC), and month and day as mmdd. */
interface Day {
  readonly year: number
  readonly monthDay: number
}

/** Parses the day of ISO 8601 text; undefined when it is not a date. */
export function isoDay(text: string): Day | undefined {
  const match = DATE.exec(text)
  if (match === null) return undefined
  return { year: Number(match[1]), monthDay: Number(match[2]) * 100 + Number(match[3]) }
}

/**
 * PostgreSQL's date for one written with the year of its era; undefined when it may be either of two. With `earliest`
 * every earlier date is ruled out. Without it, dates BC are ruled out from 25 October 1582 on, except in the years 4713
 * and 4714, which are those of PostgreSQL's first dates.
 */
export function dateOfEra(text: string, earliest: Day | undefined): string | undefined {
  const day = isoDay(text)
  if (day === undefined || day.year < 1) return undefined
  const { year, monthDay } = day
  if (year === YEAR_OF_MINUS_INFINITY) return MINUS_INFINITY
  if (year > LAST_YEAR) return INFINITY
  const number = year * 10_000 + monthDay
  const isDouble = number >= FIRST_DOUBLE && number <= LAST_DOUBLE
  const couldBeBc = year < FIRST_YEAR_BC || (year === FIRST_YEAR_BC && monthDay >= FIRST_DAY_BC)
  if (earliest === undefined) {
    const isFirstOfPostgres = couldBeBc && year >= FIRST_YEAR_BC - 1
    return number <= LAST_DOUBLE || isFirstOfPostgres ? undefined : text
  }
  if (couldBeBc && !isBefore({ year: 1 - year, monthDay }, earliest)) return undefined
  const isRuledOut = isBefore({ year: 1582, monthDay: monthDay - 10 }, earliest)
  return isDouble && !isRuledOut ? undefined : text
}

/**
 * PostgreSQL's date for one that Java moved by the difference of the calendars; undefined when it may be either of two.
 */
export function dateOfInstant(text: string): string | undefined {
  const day = isoDay(text)
  if (day === undefined) return undefined
  const number = day.year * 10_000 + day.monthDay
  if (number > LAST_DOUBLE) return text
  if (number >= FIRST_DOUBLE) return undefined
  return julianDate(day)
}

function isBefore(a: Day, b: Day): boolean {
  return a.year === b.year ? a.monthDay < b.monthDay : a.year < b.year
}

/** The Julian calendar's name of a Gregorian day (E. G. Richards' algorithms for Julian day numbers). */
function julianDate({ year, monthDay }: Day): string {
  const month = Math.trunc(monthDay / 100)
  const shift = Math.floor((14 - month) / 12)
  const y = year + 4800 - shift
  const m = month + 12 * shift - 3
  const number =
    (monthDay % 100) +
    Math.floor((153 * m + 2) / 5) +
    365 * y +
    Math.floor(y / 4) -
    Math.floor(y / 100) +
    Math.floor(y / 400) -
    32_045
  const c = number + 32_082
  const d = Math.floor((4 * c + 3) / 1461)
  const e = c - Math.floor((1461 * d) / 4)
  const n = Math.floor((5 * e + 2) / 153)
  const julianDay = e - Math.floor((153 * n + 2) / 5) + 1
  const julianMonth = n + 3 - 12 * Math.floor(n / 10)
  const julianYear = d - 4800 + Math.floor(n / 10)
  return `${isoYear(julianYear)}-${two(julianMonth)}-${two(julianDay)}`
}

function isoYear(year: number): string {
  return `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(4, '0')}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
