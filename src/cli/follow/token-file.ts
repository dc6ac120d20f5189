import { readFile } from 'node:fs/promises'
import { FactsError } from '../../errors'

/**
 * The bearer token in a file. Throws CONFIG_INVALID, without quoting the content, for anything that is not a token. A file
 * that had one and is missing or empty is being replaced: a retryable error.
 */
export class TokenFile {
  private hadOne = false

  constructor(private readonly path: string) {}

  async token(): Promise<string> {
    const token = (await this.content()).trim()
    if (token === '') throw this.unusable('is empty')
    const at = token.search(/[^\x21-\x7e]/)
    if (at !== -1) {
      throw new FactsError(
        'CONFIG_INVALID',
        `The token file ${this.path} holds more than one token, or something else: its character ${at + 1} is a space, a line break or outside of ASCII. Write the token alone into it, on one line.`,
      )
    }
    this.hadOne = true
    return token
  }

  private async content(): Promise<string> {
    try {
      return await readFile(this.path, 'utf8')
    } catch (error) {
      throw this.unusable(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
    }
  }

  private unusable(what: string): Error {
    const message = `The token file ${this.path} ${what}`
    if (this.hadOne) return new Error(message)
    return new FactsError(
      'CONFIG_INVALID',
      `${message}. Write the token alone into it, where this user can read it.`,
    )
  }
}
