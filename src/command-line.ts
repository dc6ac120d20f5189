/** Whether this is a checkout of the package, where npm has a script for each verb. */
const isCheckout = __filename.endsWith('.ts')

/** How a verb is run here: in a checkout of this package by npm, elsewhere by the installed command. */
export function commandLine(verb: string, ...args: readonly string[]): string {
  if (!isCheckout) return ['npx facts', verb, ...args].join(' ')
  return ['npm run', verb, ...(args.length === 0 ? [] : ['--']), ...args].join(' ')
}

/** What starts PostgreSQL, Kafka, Kafka Connect and a registry on this machine. */
export const startServices = isCheckout
  ? `${commandLine('stack')}, or docker compose up`
  : commandLine('stack')
