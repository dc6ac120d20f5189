import { FactsError } from '../../errors'

/** The error of a record that is written in another form than the declared one, or whose types are not the declared ones. */
export function formatDiffers(topic: string, seen: string): FactsError {
  return new FactsError(
    'FORMAT_DIFFERS',
    `A record of ${topic} is not written as the application's format says: ${seen}. Nothing was skipped; correct the format or the table, and start again.`,
    { topic },
  )
}
