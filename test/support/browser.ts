import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { launch } from 'puppeteer-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** Headless Chromium of the system. Throws, saying how to get it, when there is none. */
export function openBrowser(): Promise<Browser> {
  const path = process.env['PATH'] ?? ''
  const executablePath = path
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((file) => existsSync(file))
  if (executablePath === undefined) {
    throw new Error(
      `This test drives a browser, and none of ${NAMES.join(', ')} is in the search path. Install one: apt-get update && apt-get install chromium`,
    )
  }
  // Root, which containers and CI run as, has no sandbox.
  const isRoot = process.getuid?.() === 0
  return launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] })
}
