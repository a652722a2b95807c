/**
 * What GDPR art. 9(1) and art. 10 protect most, by the words that name it in our languages. Nothing that is
 * called so may become an interest: of such things nobody is profiled here, consent or none (TRACK-15).
 * A stem stands for every word that begins with it; a `$` ends one that is also the beginning of others.
 */
const categories = {
  'racial or ethnic origin': [
    'racial',
    'race$',
    'ethnic',
    'etnisk',
    'etnisitet',
    'rase$',
    'hudfarge',
    'skin colour',
    'same$',
    'samisk',
    'sami$',
    'roma$',
    'jewish',
    'jødisk',
  ],
  'political opinions': ['politic', 'politik', 'politisk', 'valgkamp', 'partivalg'],
  'religious or philosophical beliefs': [
    'religi',
    'faith',
    'church',
    'kirke',
    'christian',
    'kristen',
    'muslim',
    'islam',
    'livssyn',
    'philosophical belief',
    'filosofisk overbevisning',
  ],
  'trade union membership': [
    'trade union',
    'labour union',
    'labor union',
    'union member',
    'fagforening',
    'fagforbund',
    'fagorganis',
  ],
  'genetic data': ['genetic', 'genetisk', 'dna$', 'genom'],
  'biometric data': ['biometri', 'fingerprint', 'fingeravtrykk', 'face recognition'],
  health: [
    'health',
    'helse',
    'medic',
    'medis',
    'illness',
    'disease',
    'sykdom',
    'sykefravær',
    'sick leave',
    'diagnos',
    'disab',
    'funksjonsneds',
    'funksjonshem',
    'pregnan',
    'gravid',
    'fertil',
    'addict',
    'rusmid',
    'allerg',
    'cancer',
    'kreft',
    'diabet',
  ],
  'sex life or sexual orientation': [
    'sex$',
    'sexual',
    'seksu',
    'legning',
    'gay$',
    'lesbi',
    'homofil',
    'bisexual',
    'queer',
    'skeiv',
    'lgbt',
    'lhbt',
    'transgender',
  ],
  'criminal convictions': ['criminal', 'crime', 'kriminal', 'straff', 'conviction'],
} as const satisfies Record<string, readonly string[]>

const patternOf = (stems: readonly string[]): RegExp =>
  new RegExp(
    `(?<!\\p{L})(?:${stems.map((stem) => stem.replace('$', '(?!\\p{L})')).join('|')})`,
    'iu',
  )

/** Answered with no, as a rule: the categories are looked through only after a yes. */
const any = patternOf(Object.values(categories).flat())

/** The category that a word of these names; undefined when none does. */
export function specialCategoryIn(words: string): string | undefined {
  const plain = words.normalize('NFC').replace(/[-_]/g, ' ')
  if (!any.test(plain)) return undefined
  return Object.entries(categories).find(([, stems]) => patternOf(stems).test(plain))?.[0]
}
