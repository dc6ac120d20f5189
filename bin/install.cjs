'use strict'

/**
 * Installs the locked dependencies when node_modules is missing or was installed from another lock, so that a fresh
 * clone runs with one command. Uses nothing but Node.
 */
const { existsSync, statSync } = require('node:fs')
const { join } = require('node:path')
const { spawnSync } = require('node:child_process')

const root = join(__dirname, '..')
const MINIMUM = [20, 19]

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return
  console.error(
    `Node ${MINIMUM.join('.')} or newer is needed, this is ${process.versions.node}. Install a current one (for example with nvm: nvm install 24) and run the command again.`,
  )
  process.exit(1)
}

function ensureInstalled() {
  checkNode()
  const installed = join(root, 'node_modules', '.package-lock.json')
  const lock = join(root, 'package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  console.error('Installing dependencies (npm ci), which takes a minute the first time ...')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    // Its output beside the errors, for the verb's own is for pipes: npm shows progress only where both are the terminal.
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'development' },
  })
  if (result.status !== 0) {
    console.error(
      'Installing the dependencies failed (npm ci). The lines above say why; check the network and the npm registry setting, then run the command again.',
    )
    process.exit(1)
  }
}

module.exports = { checkNode, ensureInstalled }

if (require.main === module) ensureInstalled()
