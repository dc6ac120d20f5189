import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A page in one file, which may only run its own script and connect to its own server. */
export class OwnPage {
  readonly html: string
  readonly headers: Readonly<Record<string, string>>

  constructor(file: 'live-page.html' | 'docs-page.html') {
    this.html = readFileSync(join(__dirname, file), 'utf8')
    const hashes = (tag: string): string =>
      [...this.html.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))]
        .map(([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
        .join(' ')
    this.headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src ${hashes('script')}; style-src ${hashes('style')}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
    }
  }
}
