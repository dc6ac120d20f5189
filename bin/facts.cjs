#!/usr/bin/env node
'use strict'

/**
 * Entry of every verb. In a checkout: installs what is missing, then runs the CLI from its TypeScript sources. In the
 * container image there are no sources, and what was compiled runs.
 */
const { existsSync } = require('node:fs')
const { join } = require('node:path')
const { checkNode, ensureInstalled } = require('./install.cjs')

checkNode()
if (existsSync(join(__dirname, '..', 'src', 'cli', 'main.ts'))) {
  ensureInstalled()
  // The names by which the sample imports this package.
  process.env.TSX_TSCONFIG_PATH ??= join(__dirname, '..', 'tsconfig.json')
  require('tsx/cjs')
  require('../src/cli/main.ts')
} else {
  require('../dist/src/cli/main.js')
}
