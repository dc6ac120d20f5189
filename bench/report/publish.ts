import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root'
import type { Progress } from '../progress'
import type { Results } from '../results'
import { keepingFeedSection } from './feed-section'
import { renderReport } from './render-report'

/** Writes the raw results and the page made of them into the project. */
export function publish(results: Results, progress: Progress): void {
  const folder = join(packageRoot(), 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  const raw = join(folder, `${results.measuredAt.slice(0, 10)}.json`)
  writeFileSync(raw, `${JSON.stringify(results, undefined, 2)}\n`)
  const page = join(packageRoot(), 'docs', 'benchmarks.md')
  mkdirSync(join(packageRoot(), 'docs'), { recursive: true })
  const before = existsSync(page) ? readFileSync(page, 'utf8') : ''
  writeFileSync(page, keepingFeedSection(renderReport(results), before))
  progress.say(`Wrote ${raw} and ${page}`)
}
