import { Presets, SingleBar } from 'cli-progress'
import type { Model } from './seed'

export interface Progress {
  readonly update: (model: Model, inserted: number) => void
  readonly stop: () => void
}

/** Below this a bar would only flicker. */
const WORTH_SHOWING = 2000

/** A bar on a terminal; elsewhere a line whenever another tenth of a model is inserted. Nothing for small numbers. */
export function seedProgress(number: number, out: NodeJS.WriteStream): Progress {
  if (number < WORTH_SHOWING) return { update: () => undefined, stop: () => undefined }
  if (!out.isTTY) return lines(number, out)
  const bar = new SingleBar(
    { format: '{model} {bar} {value}/{total} {duration_formatted}', stream: out, hideCursor: true },
    Presets.shades_classic,
  )
  bar.start(number * 4, 0, { model: '' })
  const before: Record<Model, number> = {
    tertiary: 0,
    secondary: number,
    primary: number * 2,
    event: number * 3,
  }
  return {
    update: (model, inserted) => bar.update(before[model] + inserted, { model: model.padEnd(9) }),
    stop: () => bar.stop(),
  }
}

function lines(number: number, out: NodeJS.WriteStream): Progress {
  let said = ''
  return {
    update: (model, inserted) => {
      const line = `${model}: ${Math.floor((inserted * 10) / number) * 10} %\n`
      if (line !== said) out.write(line)
      said = line
    },
    stop: () => undefined,
  }
}
