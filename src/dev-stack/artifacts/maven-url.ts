import { createRequire } from 'node:module'
import type { Artifact } from 'mvn-artifact-download'
import type { LockedArtifact } from './artifact-lock'

type UrlOf = (artifact: Artifact, repository?: string) => Promise<string>

/**
 * URL of an artefact. mvn-artifact-download has the public repository; its own download can neither resume nor report
 * progress, so only the part that builds the URL is used.
 */
const { default: urlOf } = createRequire(require.resolve('mvn-artifact-download'))(
  'mvn-artifact-url',
) as { readonly default: UrlOf }

/** @param repository base URL of a mirror; undefined for the public one. */
export function mavenUrl(
  artifact: LockedArtifact,
  repository: string | undefined,
): Promise<string> {
  const { group, artifact: artifactId, version, extension, classifier } = artifact
  return urlOf(
    {
      groupId: group,
      artifactId,
      version,
      extension,
      ...(classifier === undefined ? {} : { classifier }),
    },
    repository === undefined ? undefined : `${repository.replace(/\/+$/, '')}/`,
  )
}
