#!/usr/bin/env node
/** `npm create facts@latest <folder> -- --from <url>`: `facts init` of the package that this one depends on. */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'

const root = dirname(createRequire(import.meta.url).resolve('pgfacts/package.json'))
const facts = join(root, 'bin', 'facts.cjs')
const { status } = spawnSync(process.execPath, [facts, 'init', ...process.argv.slice(2)], {
  stdio: 'inherit',
})
process.exitCode = status ?? 1
