import pc from 'picocolors'

/** Colours for output to a stream: none when it is not a terminal, or NO_COLOR is set. */
export function colorsFor(stream: {
  readonly isTTY?: boolean | undefined
}): ReturnType<typeof pc.createColors> {
  // The library alone would colour the log files of every CI system.
  return pc.createColors(pc.isColorSupported && stream.isTTY === true)
}

/** Colours for standard output. */
export const colors = colorsFor(process.stdout)
