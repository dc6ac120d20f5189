import { join } from 'node:path'
import { release } from './release/release'

/** `npm run release -- <version>`: makes what is published, in release/; exits 0, or 1 with the reason. */
const [version = '', ...rest] = process.argv.slice(2)
if (version === '' || rest.length > 0) {
  console.error('Usage: npm run release -- <version>')
  process.exitCode = 2
} else {
  try {
    release(join(__dirname, '..'), version)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
