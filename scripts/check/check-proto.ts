import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extract } from 'tar'

interface Baseline {
  readonly commit: string
  readonly why: string
}

/**
 * `buf lint`, then `buf breaking` against the commit `against`, or against what was there before. What was compared
 * with what is always said. Gives 0 when there is no complaint, 1 when there is, 2 when it could not check.
 */
export function checkProto(
  root: string,
  against: string | undefined,
  say: (line: string) => void,
): number {
  const clone = new Clone(root, say)
  const lint = clone.buf('lint')
  if (lint !== 0) return lint
  say('buf lint: nothing to complain about.')
  const baseline = against === undefined ? findBaseline(clone) : clone.commit(against, 'as asked')
  if (baseline === undefined) {
    say(
      `buf breaking: ${against ?? 'HEAD'} is not a commit here, so there is nothing to compare with. Run it inside a git clone.`,
    )
    return 2
  }
  return breaking(clone, baseline, say)
}

/**
 * On a branch, where it left main; on main, the state before the last change of proto. In a clone that has neither,
 * HEAD, which still shows what is not committed.
 */
function findBaseline(clone: Clone): Baseline | undefined {
  const head = clone.commit('HEAD', '')
  if (head === undefined) return undefined
  for (const main of ['refs/remotes/origin/main', 'refs/heads/main']) {
    const left = clone.git(['merge-base', 'HEAD', main])?.trim()
    if (left !== undefined && left !== head.commit)
      return { commit: left, why: `where this branch left ${main}` }
  }
  const before = clone
    .git(['rev-list', '--max-count=2', 'HEAD', '--', 'proto'])
    ?.trim()
    .split('\n')[1]
  if (before !== undefined) return { commit: before, why: 'proto before its last change' }
  return {
    ...head,
    why: 'HEAD itself, because this clone has no earlier proto: only uncommitted breaks show',
  }
}

function breaking(clone: Clone, { commit, why }: Baseline, say: (line: string) => void): number {
  const what = `${commit.slice(0, 12)} (${why})`
  const listed = clone.git(['ls-tree', '--name-only', commit, 'buf.yaml', 'proto'])
  if (listed?.split('\n').filter((name) => name !== '').length !== 2) {
    say(`buf breaking: ${what} has no schemas yet, so nothing can break.`)
    return 0
  }
  const folder = mkdtempSync(join(tmpdir(), 'facts-proto-'))
  try {
    // Not buf's own git input: it cannot read a shallow clone.
    const archive = join(folder, 'baseline.tar')
    clone.git(['archive', '--format=tar', `--output=${archive}`, commit, 'buf.yaml', 'proto'])
    extract({ file: archive, cwd: folder, sync: true })
    const status = clone.buf('breaking', '--against', folder)
    if (status === 0) say(`buf breaking: compatible with ${what}.`)
    else say(`buf breaking: could not agree with ${what}.`)
    return status
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

class Clone {
  constructor(
    private readonly root: string,
    private readonly say: (line: string) => void,
  ) {}

  commit(name: string, why: string): Baseline | undefined {
    const commit = this.git(['rev-parse', '--verify', '--quiet', `${name}^{commit}`])?.trim()
    return commit === undefined ? undefined : { commit, why }
  }

  git(args: readonly string[]): string | undefined {
    const { status, stdout } = spawnSync('git', args, { cwd: this.root, encoding: 'utf8' })
    return status === 0 ? stdout : undefined
  }

  /** 0 when buf has no complaint, 1 when it has one, 2 when it does not run. */
  buf(...args: readonly string[]): number {
    const buf = join(this.root, 'node_modules', '.bin', 'buf')
    const { status, error, stdout, stderr } = spawnSync(buf, args, {
      cwd: this.root,
      encoding: 'utf8',
    })
    const output = error === undefined ? `${stdout}${stderr}`.trim() : error.message
    if (output !== '') this.say(output)
    // buf exits with 100 on complaints and with 1 on errors.
    return status === 0 ? 0 : status === 100 ? 1 : 2
  }
}
