import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { anchors } from '../support/anchors'

/*
 * What documents name is there: files, headings that links point at, and code that is quoted.
 */
const ROOT = join(__dirname, '..', '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...['docs', 'examples', 'src', 'connectors', 'monolith'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
]

describe.each(pages)('%s', (page) => {
  const text = read(page)

  test('links to files and headings that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(
      ([, link = '']) => link,
    )
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : relative(ROOT, join(ROOT, dirname(page), path))
      if (!existsSync(join(ROOT, target))) return true
      return anchor !== undefined && !anchors(read(target)).includes(anchor)
    })
    expect(broken).toEqual([])
  })

  test('names files and folders of src, test and scripts that exist', () => {
    const named = [...text.matchAll(/(?<![\w./-])(?:src|test|scripts)\/[\w./-]+/g)].map(([path]) =>
      path.replace(/[./]+$/, ''),
    )
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

test('pages beside the code name files by the ends of their paths, and these exist', () => {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  const missing = pages
    .filter((page) => page.startsWith('src/'))
    .flatMap((page) => [...read(page).matchAll(/`([\w./-]+\.ts)`/g)].map(([, name = '']) => name))
    .filter((name) => !existsSync(join(ROOT, name)))
    .filter((name) => !files.some((file) => `/${file}`.endsWith(`/${name}`)))
  expect(missing).toEqual([])
})

test('the code in README is that of the files that it names', () => {
  const blocks = [...read('README.md').matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```/gms)]
  expect(blocks.length).toBeGreaterThan(0)
  for (const [, path = '', code = ''] of blocks) expect(read(path)).toContain(code)
})

test('the documents that are read first are short', () => {
  const lines = (path: string): number => read(path).split('\n').length - 1
  expect(lines('README.md')).toBeLessThanOrEqual(150)
  expect(lines('ARCHITECTURE.md')).toBeLessThanOrEqual(120)
})
