import { FactsError } from '../errors'

/**
 * The value of `--config` and the other arguments; it may be before or after the verb. Throws CONFIG_INVALID when it has no value.
 */
export function appFileArgument(given: readonly string[]): {
  readonly path: string | undefined
  readonly args: readonly string[]
} {
  const end = given.indexOf('--')
  const own = end < 0 ? given : given.slice(0, end)
  const index = own.findIndex((one) => one === '--config' || one.startsWith('--config='))
  const option = own[index]
  if (option === undefined) return { path: undefined, args: given }
  const isSeparate = option === '--config'
  const path = isSeparate ? own[index + 1] : option.slice('--config='.length)
  if (path === undefined || path === '') {
    throw new FactsError(
      'CONFIG_INVALID',
      'The option --config needs the path of an application, for example --config ./facts.config.ts.',
    )
  }
  return { path, args: given.toSpliced(index, isSeparate ? 2 : 1) }
}
