import { comparison, digestOf, factText, HASHED } from '../../src/observe/resync/comparable-value'

/** Whether a fact's value is the one that PostgreSQL writes as the text. */
function agree(type: string, value: unknown, text: string): boolean {
  const found = comparison(type)
  if (found === undefined) throw new Error(`${type} is not compared`)
  return factText(value, found) === found.ofTable(text)
}

test.each<readonly [type: string, value: unknown, text: string]>([
  ['bigint', 9_007_199_254_740_993n, '9007199254740993'],
  ['integer', -5, '-5'],
  ['boolean', true, 't'],
  ['boolean', false, 'f'],
  ['bit', true, '1'],
  ['bit', '1010', '1010'],
  ['real', 1.1, '1.1'],
  ['real', Math.fround(1.1), '1.1'],
  ['double precision', 0.1, '0.1'],
  ['double precision', NaN, 'NaN'],
  ['double precision', -Infinity, '-Infinity'],
  ['numeric', '12.5', '12.5000'],
  ['numeric', '100', '100'],
  ['numeric', 'NaN', 'NaN'],
  ['text', 'a "b" \\ c', 'a "b" \\ c'],
  ['character', 'ab   ', 'ab'],
  ['enum', 'new', 'new'],
  ['jsonb', '{"a": 1}', '{"a": 1}'],
  ['bytea', Buffer.from('ab'), '\\x6162'],
  ['date', '2026-01-02', '2026-01-02'],
  ['date', '-0043-03-15', '0044-03-15 BC'],
  ['date', '12026-01-01', '12026-01-01'],
  ['date', 'infinity', 'infinity'],
  ['time without time zone', '03:04:05.500000', '03:04:05.5'],
  ['timestamp without time zone', '2026-01-02T03:04:05.120000', '2026-01-02 03:04:05.12'],
  ['timestamp with time zone', '2026-01-02T03:04:05Z', '2026-01-02 03:04:05+00'],
  ['timestamp with time zone', '-0043-03-15T00:00:00Z', '0044-03-15 00:00:00+00 BC'],
  ['timestamp with time zone', '-infinity', '-infinity'],
  ['time with time zone', '01:04:05.678900Z', '03:04:05.6789+02'],
  ['time with time zone', '22:30:00Z', '03:59:59+05:29:59'],
  ['time with time zone', '01:15:00Z', '22:15:00-03'],
  ['time with time zone', '00:00:00Z', '24:00:00+00'],
  ['time with time zone[]', ['01:00:00Z', null], '{03:00:00+02,NULL}'],
  ['point', '(1.5,-2)', '(1.5,-2)'],
  ['line', '{100000000000000000000,2,1e-7}', '{1e+20,2,1e-07}'],
  ['lseg', '[(0,0),(Infinity,NaN)]', '[(0,0),(Infinity,NaN)]'],
  ['circle', '<(0,0),2>', '<(0,-0),2>'],
  ['hstore', '{"b":null,"a \\"q\\"":"1, 2"}', '"a \\"q\\""=>"1, 2", "b"=>NULL'],
  ['hstore', '{"aa":"","b":"NULL"}', '"b"=>"NULL", "aa"=>""'],
  ['hstore', '{}', ''],
  ['interval', 'P1Y2M3DT4H5M6.5S', 'P1Y2M3DT4H5M6.5S'],
  ['interval', 'P0Y0M3DT0H0M0S', 'P3D'],
  ['text[]', ['a', null, 'NULL', 'b,"c"', ''], '{a,NULL,"NULL","b,\\"c\\"",""}'],
  ['text[]', [], '{}'],
  ['integer[]', [1, null, 3], '{1,NULL,3}'],
  ['bytea[]', [Buffer.from('a')], '{"\\\\x61"}'],
])('%s %p is what PostgreSQL writes as %p', (type, value, text) => {
  expect(agree(type, value, text)).toBe(true)
})

test.each<readonly [type: string, value: unknown, text: string]>([
  ['bigint', 1n, '2'],
  ['numeric', '12.5', '12.51'],
  ['numeric', '100', '1'],
  ['text', 'a', 'a '],
  ['date', '0044-03-15', '0044-03-15 BC'],
  ['interval', 'P1M', 'PT1M'],
  ['time with time zone', '03:04:05Z', '03:04:05+02'],
  ['time with time zone', '01:00:00.5Z', '01:00:00+00'],
  ['point', '(1.5,-2)', '(1.5,2)'],
  ['path', '((0,0),(1,1))', '[(0,0),(1,1)]'],
  ['hstore', '{"a":null}', '"a"=>"NULL"'],
  ['hstore', '{"a":"1"}', '"a"=>"1", "b"=>NULL'],
  ['text[]', ['a', 'b'], '{a,c}'],
  ['text[]', ['NULL'], '{NULL}'],
  ['boolean', true, 'f'],
])('%s %p is not what PostgreSQL writes as %p', (type, value, text) => {
  expect(agree(type, value, text)).toBe(false)
})

test('a long text goes by the hash of its UTF-8', () => {
  const found = comparison('text')
  if (found === undefined) throw new Error('text is compared')
  expect(factText('ä'.repeat(512), found)).toBe('ä'.repeat(512))
  // encode(sha256(convert_to(repeat('a', 1025), 'UTF8')), 'hex')
  expect(factText('a'.repeat(1025), found)).toMatch(new RegExp(`^${HASHED}[0-9a-f]{64}$`))
})

test('null is none of the values, also of an array', () => {
  expect(digestOf([null])).not.toBe(digestOf(['null']))
  expect(digestOf(['a', null])).not.toBe(digestOf([null, 'a']))
})

test.each(['money', 'bit varying', 'point[]', 'hstore[]'])(
  '%s is not compared: it is written too differently',
  (type) => expect(comparison(type)).toBeUndefined(),
)
