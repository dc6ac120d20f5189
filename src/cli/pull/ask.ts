import { FactsError } from '../../errors'

const isInteractive = (): boolean => process.stdin.isTTY && process.stdout.isTTY

/** Throws CONFIG_INVALID when the answer is no, or without a terminal to ask on, when --yes was not given. */
export async function requireYes(question: string, yes: boolean): Promise<void> {
  if (yes) return
  if (!isInteractive()) {
    throw new FactsError('CONFIG_INVALID', `${question} Nothing was changed: to agree, pass --yes.`)
  }
  const { confirm } = await import('@inquirer/prompts')
  if (!(await confirm({ message: question, default: false }))) {
    throw new FactsError('CONFIG_INVALID', 'Nothing was changed.')
  }
}

/** Which tables facts are made of; all of them without a terminal. */
export async function chooseTables(tables: readonly string[]): Promise<readonly string[]> {
  if (!isInteractive() || tables.length === 0) return ['*.*']
  const { checkbox } = await import('@inquirer/prompts')
  const chosen = await checkbox({
    message: 'Which tables become facts? (tables that they refer to are looked up)',
    choices: tables.map((table) => ({ value: table, checked: true })),
    pageSize: 20,
    required: true,
  })
  return chosen.length === tables.length ? ['*.*'] : chosen
}
