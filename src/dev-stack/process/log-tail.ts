import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** Last lines of a text file, read from its end; none when it cannot be read. */
export function logTail(path: string, lines = 15): readonly string[] {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return []
  }
  try {
    const { size } = fstatSync(file)
    const length = Math.min(size, 32_768)
    const buffer = Buffer.alloc(length)
    readSync(file, buffer, 0, length, size - length)
    return buffer
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-lines)
  } finally {
    closeSync(file)
  }
}
