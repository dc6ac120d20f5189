/** Settings of one JVM. */
export interface JvmOptions {
  /** Largest heap, MiB. */
  readonly heap: number
  /** Further -D properties. */
  readonly properties: Readonly<Record<string, string>>
}

/** Small and quick to start: the serial collector needs the fewest threads, the class archive of the JDK is used. */
export function jvmArgs({ heap, properties }: JvmOptions): readonly string[] {
  return [
    `-Xmx${heap}m`,
    '-XX:+UseSerialGC',
    '-XX:+ExitOnOutOfMemoryError',
    '-Xshare:auto',
    '-Djava.awt.headless=true',
    '-Duser.timezone=UTC',
    '-Dfile.encoding=UTF-8',
    ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
  ]
}

/** A Java properties file; values are written as they are, so none may hold a line break or begin with a blank. */
export function propertiesFile(properties: Readonly<Record<string, string | number>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('')
}

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
