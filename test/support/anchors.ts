/** A page's text without its blocks of code. */
export const withoutCode = (text: string): string => text.replaceAll(/^```.*?^```/gms, '')

/** As GitHub names the anchors of headings. */
export const anchors = (text: string): readonly string[] =>
  [...withoutCode(text).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
