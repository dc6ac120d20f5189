import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/*
 * The English of the field (docs/glossary.md): words that a reader of Kafka's, PostgreSQL's or Fastify's documentation would
 * stumble over are refused in sources, messages, documents, tests and benchmarks, each with the words to use instead.
 */
const root = resolve(__dirname, '..')

/** Refused words, and what to write. Matched as whole words, in any case. */
const REFUSED: Readonly<Record<string, string>> = {
  'told|tells? of': 'sent, emitted, reported',
  behind: 'after (order, time); "behind a proxy" is right',
  'stands|stood': 'is, was',
  anew: 'again; recreated, rebuilt',
  'mends?|mended|mending': 'fix',
  '(goes|go|going|went|gone) on': 'resumes, continues',
  whatever: 'the precise noun',
  meanwhile: 'concurrently, in that time',
  '(for ever|forever)': 'indefinitely',
  strange: 'unexpected',
  '(nobody|somebody|everybody|anybody)': 'no process, a reader, every client',
  '(he|him|his|himself|whom)': 'they, it, or the noun',
  'share anew': 'rebalance',
  'what \\w+ has lost|(comes?|coming) again': 'deleted, redelivered',
}

/** True uses. */
const ALLOWED: readonly RegExp[] = [
  /\bbehind (a|an|the|one|two|its|your|their|other)? ?(reverse |authenticating |trusted |own )?(proxy|proxies|nginx|load balancer)/gi,
  /\bcursor-behind\b|#behind-a-proxy/g,
  // The user of that name, and words of others' interfaces.
  /["'`]nobody["'`]/g,
  /\blags behind\b/g,
]

/** A comment that is a fragment: "Of the store." does not say what the value is. */
const FRAGMENT = /\/\*\* (Of|By|For|From) (the|its|a|an|each|these|those) \w+\. \*\//g

/**
 * Text of others, the refused words themselves, and files whose bytes are recorded: applied migrations by their checksums,
 * proto files in the schema registry, comments included.
 */
const EXEMPT = /(^|\/)(gen|golden)\/|^(monolith\/migrations|proto)\/|^test\/words\.test\.ts$/

const listed = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
const files = listed
  .split('\n')
  .filter(
    (path) => /\.(ts|mjs|cjs|java|go|py|sh|md|html|sql|proto)$/.test(path) && !EXEMPT.test(path),
  )

const words = Object.entries(REFUSED).map(
  ([word, instead]) => [new RegExp(`\\b(?:${word})\\b`, 'gi'), instead] as const,
)

/** Each place as `file:line: word → what to write`. */
function refused(path: string, text: string): readonly string[] {
  const found: string[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const rest = ALLOWED.reduce((left, allowed) => left.replace(allowed, ''), line)
    for (const [word, instead] of words) {
      for (const [match] of rest.matchAll(word)) {
        found.push(`${path}:${index + 1}: "${match}" → ${instead}`)
      }
    }
    for (const [match] of line.matchAll(FRAGMENT)) {
      found.push(`${path}:${index + 1}: "${match}" → what the value is, with its unit`)
    }
  }
  return found
}

test('sources, messages, documents and tests use the words of the field', () => {
  expect(files.length).toBeGreaterThan(1_000)
  const found = files.flatMap((path) => refused(path, readFileSync(join(root, path), 'utf8')))
  expect(found).toEqual([])
})

test('a refused word is found with its line, true uses are not', () => {
  expect(refused('a.ts', 'one\n// It is told whatever comes.')).toEqual([
    'a.ts:2: "told" → sent, emitted, reported',
    'a.ts:2: "whatever" → the precise noun',
  ])
  expect(refused('a.ts', '/** Of the store. */')).toHaveLength(1)
  expect(refused('a.md', 'A server behind a proxy answers `cursor-behind`.')).toEqual([])
})
