/** What the JVMs are for: being there soon and small, or running at full speed for long (benchmarks). */
export type JvmTuning = 'start' | 'throughput'

/** Settings of one JVM. */
export interface JvmOptions {
  /** Largest heap when tuned for a quick start, MiB. */
  readonly heap: number
  readonly tuning: JvmTuning
  /** Heap and collector when tuned for throughput; by default twice the heap, and the collector that Java chooses. */
  readonly atFullSpeed?: readonly string[]
  /** Further -D properties. */
  readonly properties: Readonly<Record<string, string>>
}

/**
 * For a quick start the serial collector (fewest threads) and the first compiler tier only: the second one costs more
 * than it saves in the first minutes (measured for a Kafka node until ready: 2.8 against 4.9 s of CPU).
 */
export function jvmArgs(options: JvmOptions): readonly string[] {
  const { heap, tuning, properties, atFullSpeed = [`-Xmx${heap * 2}m`] } = options
  return [
    ...(tuning === 'start'
      ? [`-Xmx${heap}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
      : atFullSpeed),
    '-XX:+ExitOnOutOfMemoryError',
    '-Xshare:auto',
    '-Djava.awt.headless=true',
    '-Duser.timezone=UTC',
    '-Dfile.encoding=UTF-8',
    ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
  ]
}

/** A Java properties file, which is read as ISO 8859-1; no value may begin with a blank. */
export function propertiesFile(properties: Readonly<Record<string, string | number>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${escaped(String(value))}\n`)
    .join('')
}

const escaped = (value: string): string =>
  value
    .replaceAll('\\', '\\\\')
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** log4j2 to the process's output, which is the service's log file. */
export function loggingFile(levels: Readonly<Record<string, string>> = {}): string {
  const loggers = Object.entries(levels)
    .map(([name, level]) => `      - name: ${name}\n        level: ${level}\n`)
    .join('')
  return `Configuration:
  Appenders:
    Console:
      name: STDOUT
      PatternLayout:
        pattern: "%d{ISO8601} %-5p %m [%c]%n%throwable"
  Loggers:
    Root:
      level: INFO
      AppenderRef:
        - ref: STDOUT
${loggers === '' ? '' : `    Logger:\n${loggers}`}`
}
