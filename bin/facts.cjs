#!/usr/bin/env node
'use strict'

/**
 * Entry of every verb. Makes a fresh clone runnable: checks Node, installs the locked dependencies when they are
 * missing or older than the lock, then runs the CLI from source. The container image runs dist/ instead.
 */
const { existsSync, statSync } = require('node:fs')
const { join } = require('node:path')
const { spawnSync } = require('node:child_process')

const root = join(__dirname, '..')
const MINIMUM = [20, 19]

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
  console.error(
    `facts needs Node ${MINIMUM.join('.')} or newer, this is ${process.versions.node}. Install a current Node (for example with nvm: nvm install 24) and run the command again.`,
  )
  process.exit(1)
}

const built = join(root, 'dist', 'src', 'cli', 'main.js')
if (!existsSync(join(root, 'src', 'cli', 'main.ts'))) {
  require(built)
} else {
  install()
  require('tsx/cjs')
  require('../src/cli/main.ts')
}

/** Runs `npm ci` when node_modules is missing or was installed from another lock. */
function install() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  const lock = join(root, 'package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  console.error('Installing dependencies (npm ci) ...')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_ENV: 'development' },
  })
  if (result.status !== 0) {
    console.error(
      'Installing the dependencies failed (npm ci). The lines above say why; check the network or the npm registry setting and run the command again.',
    )
    process.exit(1)
  }
}
