/** How a verb is run here: in a checkout of this package by npm, elsewhere by the installed command. */
export function commandLine(verb: string, ...args: readonly string[]): string {
  if (!__filename.endsWith('.ts')) return ['npx facts', verb, ...args].join(' ')
  return ['npm run', verb, ...(args.length === 0 ? [] : ['--']), ...args].join(' ')
}
