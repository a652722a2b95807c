import { place } from '../platform/mail-template.ts'

export type BlockProblem =
  | 'link-not-https'
  | 'image-not-https'
  | 'image-without-alt'
  | 'html-not-allowed'
  | 'text-missing'

/** What all blocks of all languages share: the links by number, and what is wrong with any of them. */
export type Gathered = {
  links: string[]
  problems: Set<BlockProblem>
  /** Told of each link of a block, by its number. */
  stands?: (link: number) => void
}

/**
 * Where a link to `target` leads: to a numbered place, the same for the same target, so that it can lead through
 * us for those who allow that, and straight to its goal for everybody else (TRACK-01).
 */
export function linkPlace(target: string, { links, problems, stands }: Gathered): string {
  if (!isHttps(target)) problems.add('link-not-https')
  const known = links.indexOf(target)
  const link = known < 0 ? links.push(target) - 1 : known
  stands?.(link)
  return place(`link${link}`)
}

/** Notes what is wrong with a picture; who cannot see it is told what it shows (UX-01). */
export function checkImage(image: { source: string; alt: string }, { problems }: Gathered): void {
  if (!isHttps(image.source)) problems.add('image-not-https')
  if (image.alt.trim() === '') problems.add('image-without-alt')
}

const isHttps = (target: string): boolean =>
  URL.canParse(target) && new URL(target).protocol === 'https:'
