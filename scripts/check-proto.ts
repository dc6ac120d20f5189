import { join } from 'node:path'
import { checkProto } from './check/check-proto'

/** `tsx scripts/check-proto.ts [--against <commit>]`: exits 0, 1 on a complaint, 2 when it could not check. */
const [flag, against, ...rest] = process.argv.slice(2)
if (flag !== undefined && (flag !== '--against' || against === undefined || rest.length > 0)) {
  console.error('Usage: tsx scripts/check-proto.ts [--against <commit>]')
  process.exitCode = 2
} else {
  process.exitCode = checkProto(join(__dirname, '..'), against, (line) => console.log(line))
}
