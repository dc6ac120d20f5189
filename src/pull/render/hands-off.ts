import type { TableModel } from '../../introspect/database-model'
import { commentLines } from '../code'

/** First lines of a file that every pull writes. */
export function handsOff({ quoted }: Pick<TableModel, 'quoted'>, sign: string): readonly string[] {
  const [name = ''] = commentLines(quoted)
  return [
    `${sign} Written by "facts pull" from the table ${name}. Do not edit: the next pull overwrites it.`,
  ]
}

/** The same, of a file that is about all tables. */
export const HANDS_OFF = 'Written by "facts pull". Do not edit: the next pull overwrites it.'
