import { FilterCompiler } from '../../../src/feed/filter/filter'
import type { Problem } from '../../../src/feed/problem'
import { schemas } from '../../../src/wildapp/gen/schemas'
import { FeedWorld, Status } from '../feed-world'
import { primaryImage } from '../large-facts'

const compiler = new FilterCompiler('wildapp.primary.v1.Primary', schemas)
const STATUSES = ['STATUS_UNSPECIFIED', 'STATUS_DRAFT', 'STATUS_ACTIVE', 'STATUS_ARCHIVED']

const refusal = (filter: string): Problem => {
  try {
    compiler.compile(filter)
  } catch (error) {
    return error as Problem
  }
  throw new Error(`${filter} was taken`)
}

describe('R28: what a filter asks of an enum is one of its values', () => {
  test.each([
    ['status == "active"', 10],
    ['status == "STATUS_NOPE"', 10],
    ['fact.status != "STATUS_NOPE"', 15],
    ['"active" == status', 0],
    ['status in ["STATUS_ACTIVE", "active"]', 28],
    ['["active", "STATUS_DRAFT"].exists(s, s == status)', 1],
    ['(verified ? "active" : "STATUS_DRAFT") == status', 12],
    ['(verified ? status : "STATUS_DRAFT") == "active"', 40],
    ['verified && (quantity > 1 || !(status == "ACTIVE"))', 41],
    ['secondary.tertiary.region == "NORTH"', 29],
    ['header.kind == "UPDATED"', 15],
    ['status.lowerAscii() == "active"', 23],
  ])('%s is rejected at its position in the text', (filter, position) => {
    const { problem, members, detail } = refusal(filter)
    expect([filter, problem, members['position']]).toEqual([filter, 'filter-invalid', position])
    expect(members['known']).toEqual(expect.arrayContaining([expect.any(String)]))
    expect(detail).toContain('There are ')
  })

  test('the known values are named', () => {
    expect(refusal('status == "active"').members['known']).toEqual(STATUSES)
    expect(refusal('status == "active"').detail).toContain(STATUSES.join(', '))
  })

  test.each([
    'status.startsWith("ACTIVE")',
    'status.endsWith("_active")',
    'status.contains("PAUSED")',
    'status.matches("^status")',
    'status < "A"',
    'status >= "STATUS"',
    'size(status) == 99',
    'status == header.kind',
    'status == secondary.tertiary.region',
  ])('%s is refused: it is the same for all of them', (filter) => {
    expect(refusal(filter).detail).toMatch(/every value|no such value|never equal/)
  })

  test.each([
    'status == "STATUS_ACTIVE"',
    'status in ["STATUS_ACTIVE", "STATUS_DRAFT"]',
    'status.startsWith("STATUS_A")',
    'status.matches("ACTIVE|DRAFT")',
    'status == title',
    '(verified ? "STATUS_ACTIVE" : "STATUS_DRAFT") == status',
    'title == "active"',
  ])('%s is taken', (filter) => {
    expect(() => compiler.compile(filter)).not.toThrow()
  })
})

describe('R28: literals are checked before anything is read', () => {
  test.each([
    ['title.matches("[")', /regular expression/, 14],
    ['notes.matches("a(b")', /regular expression/, 14],
    ['!title.matches("*") || verified', /regular expression/, 15],
    ['createdAt > timestamp("nope")', /RFC 3339/, 12],
    ['createdAt > timestamp("2026-02-30T00:00:00Z")', /RFC 3339/, 12],
    ['createdAt > timestamp("2026-01-01")', /RFC 3339/, 12],
    ['createdAt > timestamp("2026-01-01T24:00:00Z")', /RFC 3339/, 12],
    ['createdAt > timestamp("2026-01-01T00:00:00")', /RFC 3339/, 12],
    ['createdAt > timestamp(9999999999999)', /seconds/, 12],
    ['createdAt > updatedAt + duration("1 hour")', /duration/, 24],
    ['createdAt > updatedAt + duration("h")', /duration/, 24],
    ['createdAt.getHours("Mars/Olympus") == 1', /zone/, 19],
    ['serialNumber == 9223372036854775808', /9223372036854775807/, 16],
    ['serialNumber == -9223372036854775809', /-9223372036854775808/, 16],
    ['quantity == 3000000000', /int32/, 12],
    ['quantity in [1, 3000000000]', /int32/, 16],
    ['quantity < 1e30', /int32/, 11],
    ['header.revision > 5u && int(title) > int("five")', /64-bit integer/, 37],
    ['double("1,5") < score', /number/, 0],
    ['id == 7 / 0', /divisor/, 6],
    ['id == 9223372036854775807 + 1', /out of range/, 6],
  ])('%s', (filter, what, position) => {
    const { problem, detail, members } = refusal(filter)
    expect([problem, members['position']]).toEqual(['filter-invalid', position])
    expect(detail).toMatch(what)
  })

  test.each([
    ['createdAt > "2026-01-01T00:00:00Z"', /timestamp\("/],
    ['quantity == 1.0', /not compared/],
    ['score == 1', /1\.0/],
    ['header.revision == 5', /5u/],
    ['amount > 12.5', /double\(\.\.\.\)/],
    ['notes == null', /has\(fact\.notes\)/],
    ['null != secondary', /has\(fact\.secondary\)/],
    ['secondary.name == null', /has\(fact\.secondary\.name\)/],
    ['labels == "x"', /list of string/],
    ['"x" in title', /list/],
    ['title in [1, 2]', /not compared/],
    ['[1, "x"].exists(e, e == 1)', /same type/],
    ['verified ? title : quantity', /same type/],
    ['secondary == secondary', /as a whole/],
    ['title && verified', /bool/],
  ])('a type that can never be equal is refused, and how to write it: %s', (filter, what) => {
    expect(refusal(filter).detail).toMatch(what)
  })

  test.each([
    ['titel == "a"', 'title'],
    ['fact.secondary.nam == "a"', 'name'],
    ['created_at > updatedAt', 'createdAt'],
    ['has(fact.note)', 'notes'],
    ['title.startWith("a")', 'startsWith'],
  ])('what is near is suggested: %s', (filter, near) => {
    expect(refusal(filter).detail).toContain(`Did you mean "${near}"?`)
  })

  test('over HTTP it is 400 with the known values', async () => {
    const world = await FeedWorld.start()
    const where = encodeURIComponent('status == "active"')
    const response = await world.get(`/feeds/primary?where=${where}`)
    expect([response.status, await response.json()]).toMatchObject([400, { known: STATUSES }])
    await world.stop()
  })
})

describe('R28: what is at the ends of a type is taken', () => {
  const image = primaryImage({
    id: -(2n ** 63n),
    serialNumber: 2n ** 63n - 1n,
    quantity: -(2 ** 31),
    title: 'a',
    status: Status.STATUS_ACTIVE,
    labels: ['x'],
    amount: '12.50',
  })
  test.each([
    'id == -9223372036854775808',
    'serialNumber == 9223372036854775807',
    'quantity == -2147483648 && quantity < 0.5',
    'title.matches("^[a-z]{1,64}$")',
    'createdAt == timestamp("1970-01-01T00:00:00Z") || true',
    'double(amount) == 12.5 && int("7") == 7',
    '"x" in labels && labels[0] == "x" && labels == ["x"]',
    'fact["title"] == "a"',
    'size(labels.filter(l, l == "x")) == 1 && labels.map(l, l.upperAscii()) == ["X"]',
    '!has(fact.notes)',
  ])('%s', (filter) => {
    expect(compiler.compile(filter)(image)).toBe(true)
  })
})

describe('R28: times compare by the microsecond', () => {
  const at = (nanos: number): { readonly seconds: bigint; readonly nanos: number } => ({
    seconds: 1_767_323_045n,
    nanos,
  })
  const image = primaryImage({ createdAt: at(900_000), updatedAt: at(100_000) })
  test.each([
    ['createdAt > updatedAt', true],
    ['createdAt == updatedAt', false],
    ['createdAt - updatedAt == duration("800us")', true],
    ['createdAt == timestamp("2026-01-02T03:04:05.0009Z")', true],
    ['createdAt == timestamp("2026-01-02T03:04:05.000900Z")', true],
    ['createdAt > timestamp("2026-01-02T03:04:05.000899999Z")', true],
    ['createdAt < timestamp("2026-01-02T03:04:05.000900001Z")', true],
    ['updatedAt + duration("0.0008s") == createdAt', true],
    ['createdAt == timestamp("2026-01-02T04:04:05.0009+01:00")', true],
    ['createdAt.getHours() == 3 && createdAt.getHours("+02:30") == 5', true],
    ['createdAt.getHours("America/New_York") == 22 && createdAt.getDayOfYear() == 1', true],
  ])('%s', (filter, expected) => {
    expect(compiler.compile(filter)(image)).toBe(expected)
  })
})
