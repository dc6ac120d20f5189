const BEGIN = '<!-- The feed, by npm run bench:feed -->'
const END = '<!-- End of the feed -->'
const SECTION = new RegExp(`${BEGIN}\n.*?${END}`, 's')

/** The page with the section "The feed" in its place, or at its end. */
export function withFeedSection(page: string, section: string): string {
  const block = `${BEGIN}\n\n## The feed\n\n${section}\n\n${END}`
  return SECTION.test(page) ? page.replace(SECTION, () => block) : `${page.trimEnd()}\n\n${block}\n`
}

/** A regenerated page, with the section of the previous one. */
export function keepingFeedSection(page: string, before: string): string {
  const [block] = SECTION.exec(before) ?? []
  return block === undefined ? page : `${page.trimEnd()}\n\n${block}\n`
}
