import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The parts of V8's .cpuprofile that are used (`node --cpu-prof`). */
interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
    }
  }[]
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

export interface HotFunction {
  readonly name: string
  /** File and line, of ours from the compiled project. */
  readonly place: string
  /** Share of the time that the process was busy, in the function itself. */
  readonly share: number
}

/** Waiting, not working. */
const IDLE = new Set(['(idle)', '(root)'])

/** Where the process of the newest profile in a folder spent its time, the most first. */
export function hotFunctions(folder: string, base: string, most = 40): readonly HotFunction[] {
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))
  if (file === undefined) throw new Error(`There is no .cpuprofile in ${folder}.`)
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile
  const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]))
  const times = new Map<string, { name: string; place: string; micros: number }>()
  let busy = 0
  profile.samples.forEach((id, index) => {
    const frame = nodes.get(id)
    const micros = profile.timeDeltas[index] ?? 0
    if (frame === undefined || IDLE.has(frame.functionName)) return
    busy += micros
    const url = frame.url.replace('file://', '')
    const file = url.startsWith('/') ? relative(base, url) : url
    const place = file === '' ? '' : `${file}:${frame.lineNumber + 1}`
    const name = frame.functionName === '' ? '(anonymous)' : frame.functionName
    const known = times.get(`${name} ${place}`) ?? { name, place, micros: 0 }
    known.micros += micros
    times.set(`${name} ${place}`, known)
  })
  return [...times.values()]
    .sort((a, b) => b.micros - a.micros)
    .slice(0, most)
    .map(({ name, place, micros }) => ({ name, place, share: micros / busy }))
}
