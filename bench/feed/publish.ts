import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root'
import type { Progress } from '../progress'
import { withFeedSection } from '../report/feed-section'
import type { FeedResults } from './benchmark'
import { renderFeed } from './render-feed'

/** Writes the raw results, and the section of the page made of them, into the project. */
export function publishFeed(results: FeedResults, progress: Progress): void {
  const folder = join(packageRoot(), 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  const raw = join(folder, `feed-${results.measuredAt.slice(0, 10)}.json`)
  writeFileSync(raw, `${JSON.stringify(results, undefined, 2)}\n`)
  const page = join(packageRoot(), 'docs', 'benchmarks.md')
  const text = existsSync(page) ? readFileSync(page, 'utf8') : '# Benchmarks\n'
  writeFileSync(page, withFeedSection(text, renderFeed(results)))
  progress.say(`Wrote ${raw} and ${page}`)
}
