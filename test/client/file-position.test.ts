import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import files from 'node:fs/promises'
import type { HealthCheck, FollowerPosition } from '../../src/client/position/position-store'
import { FilePosition } from '../../src/client'
import { temporaryFolder } from '../support/temporary-folder'

const place = (cursor: string): FollowerPosition => ({
  feed: 'primary',
  cursor,
  kept_at: '2026-01-02T03:04:05.000Z',
})
const health: HealthCheck = { ping: 'ping-1', healthcheck_ts: '2026-01-02T03:04:06.000Z' }
const nothing = { feed: null, cursor: null, kept_at: null, ping: null, healthcheck_ts: null }

describe('a position in a file', () => {
  const folder = temporaryFolder()
  const path = (): string => `${folder.path}/positions/one.json`

  test('is kept from process to process, and is nothing at first', async () => {
    const first = new FilePosition(path())
    expect(await first.open()).toEqual(nothing)
    await first.keep(place('a'))
    await first.keep(place('b'))
    await first.close()
    expect(await new FilePosition(path()).open()).toEqual({ ...nothing, ...place('b') })
    expect(readdirSync(`${folder.path}/positions`)).toEqual(['one.json'])
  })

  test('carries the last health check, and the position stays as it is', async () => {
    const position = new FilePosition(path())
    await position.open()
    expect(await position.check(health)).toEqual({ ...nothing, ...health })
    await position.keep(place('a'))
    expect(await position.check({ ...health, ping: 'ping-2' })).toEqual({
      ...health,
      ping: 'ping-2',
      ...place('a'),
    })
    expect(JSON.parse(readFileSync(path(), 'utf8'))).toMatchObject({
      record: { ping: 'ping-2', cursor: 'a' },
    })
  })

  test('is written in turn when the follower and a health check meet', async () => {
    const position = new FilePosition(path())
    await position.open()
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        n % 2 === 0
          ? position.keep(place(`cursor-${n}`))
          : position.check({ ...health, ping: `ping-${n}` }),
      ),
    )
    expect(await new FilePosition(path()).open()).toMatchObject({
      cursor: 'cursor-38',
      ping: 'ping-39',
    })
  })

  test('belongs to the follower that started last: another one that still runs is refused', async () => {
    const old = new FilePosition(path())
    await old.open()
    await old.keep(place('a'))
    const young = new FilePosition(path())
    expect((await young.open()).cursor).toBe('a')
    await young.keep(place('b'))
    await expect(old.keep(place('c'))).rejects.toMatchObject({ code: 'POSITION_TAKEN' })
    await expect(old.check(health)).rejects.toMatchObject({ code: 'POSITION_TAKEN' })
    expect((await new FilePosition(path()).open()).cursor).toBe('b')
  })

  test('survives the files of a killed process', async () => {
    const first = new FilePosition(path())
    await first.open()
    await first.keep(place('a'))
    const aside = `${path()}.00000000-0000-0000-0000-000000000000.part`
    writeFileSync(aside, '{"owner": "x", "cur')
    expect((await new FilePosition(path()).open()).cursor).toBe('a')
    expect(readdirSync(`${folder.path}/positions`)).toEqual(['one.json'])
  })

  test('that cannot be read is refused, never taken for none', async () => {
    mkdirSync(`${folder.path}/positions`)
    for (const content of ['', '{"cursor": "a"}', 'a', '{"owner": 1}']) {
      writeFileSync(path(), content)
      const opening = new FilePosition(path()).open()
      await expect(opening).rejects.toMatchObject({ code: 'POSITION_INVALID' })
      expect(readFileSync(path(), 'utf8')).toBe(content)
    }
  })

  test.each([
    ['ENOSPC', 'no space left on device'],
    ['EDQUOT', 'disk quota exceeded'],
  ])(
    'on a full disk names it and the folder, and is kept when there is room: %s',
    async (code, why) => {
      const position = new FilePosition(path())
      await position.open()
      const full = Object.assign(new Error(`${code}: ${why}, write`), { code })
      const opening = jest.spyOn(files, 'open').mockRejectedValue(full)
      await expect(position.keep(place('a'))).rejects.toMatchObject({
        code: 'DISK_FULL',
        message: expect.stringMatching(
          new RegExp(
            `^The disk .* is full \\(\\d+ kB left\\), so ${folder.path}/positions could not be written: ${code}`,
          ),
        ),
      })
      opening.mockRestore()
      await position.keep(place('a'))
      expect((await new FilePosition(path()).open()).cursor).toBe('a')
    },
  )

  test('stays what it was when a write ends in the middle', async () => {
    const position = new FilePosition(path())
    await position.open()
    await position.keep(place('a'))
    const { open } = files
    const opening = jest.spyOn(files, 'open').mockImplementation(async (...named) => {
      const file = await open(...named)
      jest.spyOn(file, 'writeFile').mockImplementation(async () => {
        await file.write('{"owner": "x", "cur')
        throw new Error('EIO: i/o error, write')
      })
      return file
    })
    await expect(position.keep(place('b'))).rejects.toMatchObject({ code: 'POSITION_UNAVAILABLE' })
    opening.mockRestore()
    expect((await new FilePosition(path()).open()).cursor).toBe('a')
  })

  test('that cannot be written is refused at the start, and waited for while it is not open', async () => {
    writeFileSync(`${folder.path}/file`, '')
    await expect(new FilePosition(`${folder.path}/file/one.json`).open()).rejects.toMatchObject({
      code: 'POSITION_INVALID',
    })
    const position = new FilePosition(path())
    await expect(position.check(health)).rejects.toMatchObject({ code: 'POSITION_UNAVAILABLE' })
    await position.open()
    await position.close()
    await expect(position.keep(place('a'))).rejects.toMatchObject({ code: 'POSITION_UNAVAILABLE' })
  })
})
