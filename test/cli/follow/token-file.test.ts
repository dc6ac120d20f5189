import { rmSync, writeFileSync } from 'node:fs'
import type { FactsError } from '../../../src/errors'
import { TokenFile } from '../../../src/cli/follow/token-file'
import { temporaryFolder } from '../../support/temporary-folder'

describe('a token file', () => {
  const folder = temporaryFolder()
  const path = (): string => `${folder.path}/token`
  const errorOf = async (file: TokenFile): Promise<FactsError> =>
    file.token().then(
      () => {
        throw new Error('it gave a token')
      },
      (error: unknown) => error as FactsError,
    )

  test('gives its token without the line break at its end, and another one when it was replaced', async () => {
    const file = new TokenFile(path())
    writeFileSync(path(), 'first.token-1\n')
    expect(await file.token()).toBe('first.token-1')
    writeFileSync(path(), 'second.token-2')
    expect(await file.token()).toBe('second.token-2')
  })

  test.each([
    ['a line break', 'a-secret\nanother-secret', 'character 9'],
    ['a character above 255', 'secret…', 'character 7'],
    ['a character above 126', 'secretü', 'character 7'],
    ['a word before it', 'Bearer secret', 'character 7'],
    ['a NUL', 'secret\0', 'character 7'],
  ])(
    'with %s cannot be sent: that ends it at once, and no word of it is said',
    async (_title, content, where) => {
      writeFileSync(path(), content)
      const error = await errorOf(new TokenFile(path()))
      expect(error.code).toBe('CONFIG_INVALID')
      expect(error.message).toContain(path())
      expect(error.message).toContain(where)
      expect(error.message).not.toContain('secret')
      expect(error.cause).toBeUndefined()
    },
  )

  test('that is missing or empty at the start ends it, later it is being replaced', async () => {
    const file = new TokenFile(path())
    expect((await errorOf(file)).code).toBe('CONFIG_INVALID')
    writeFileSync(path(), ' \n')
    expect(await errorOf(file)).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('is empty. Write the token alone'),
    })
    writeFileSync(path(), 'good')
    await file.token()
    rmSync(path())
    const later = await errorOf(file)
    expect(later.code).toBeUndefined()
    expect(later.message).toContain('cannot be read')
  })
})
