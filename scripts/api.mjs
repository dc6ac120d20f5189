/**
 * `node scripts/api.mjs [--check]`: writes what the package exports, by entry point, to api/*.api.md, so that a change of it is seen in
 * a review. With `--check` it writes nothing, and exits 1 when one is not what would be written. Reads what `npm run build` has made.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const root = join(import.meta.dirname, '..')
const isCheck = process.argv.includes('--check')
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'facts-api-'))
const QUIET = { default: { logLevel: 'none' } }

try {
  const stale = Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .filter(([name, { types }]) => isStale(name === '.' ? 'index' : name.slice(2), types))
    .map(([name]) => name)
  if (stale.length > 0 && isCheck) {
    console.error(
      `api/ does not say what the package exports as ${stale.join(', ')}. Run: npm run api`,
    )
    process.exitCode = 1
  } else {
    console.log(stale.length === 0 ? 'api/ is current.' : `Wrote api/ of ${stale.join(', ')}.`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function isStale(name, types) {
  Extractor.invoke(configOf(name, types), { localBuild: true, messageCallback: silence })
  // The names of folders are this machine's.
  const found = readFileSync(join(folder, `${name}.api.md`), 'utf8').replaceAll('\r\n', '\n')
  const path = join(root, 'api', `${name}.api.md`)
  if (read(path) === found) return false
  if (!isCheck) writeFileSync(path, found)
  return true
}

function configOf(name, types) {
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            ...{ target: 'es2022', lib: ['es2023'], types: ['node'], strict: true },
            ...{ module: 'nodenext', moduleResolution: 'nodenext', skipLibCheck: true },
          },
          include: ['dist/src'],
        },
      },
      apiReport: {
        enabled: true,
        reportFolder: folder,
        reportTempFolder: folder,
        reportFileName: name,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: QUIET,
        tsdocMessageReporting: QUIET,
        extractorMessageReporting: QUIET,
      },
    },
    configObjectFullPath: join(root, 'api-extractor.json'),
    packageJsonFullPath: join(root, 'package.json'),
  })
}

function silence(message) {
  message.logLevel = 'none'
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
