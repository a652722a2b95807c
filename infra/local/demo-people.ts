/** A made-up person for a first look at the product; addresses are in domains that nobody can own. */
export type DemoPerson = {
  name: string
  email: string
  company: string | undefined
  title: string | undefined
  language: 'nb' | 'en'
  /** How long ago they said yes. */
  daysAgo: number
  wants: readonly string[]
}

const words = (text: string): string[] => text.trim().split(/\s+/)

const firstNames = words(`
  Aksel Alma Anders Astrid Birk Dagny Eira Elias Embla Erik Freja Gunnar Hedda Helmi Henrik Håkon
  Idun Ingrid Iver Jonas Kari Kasper Lars Liv Maja Magnus Mikko Nils Nora Olav Pia Ragnhild Saga
  Sigrid Solveig Sven Tiril Tuva Vilde Åse`)

const lastNames = words(`
  Aasen Bakke Berg Bjørnstad Dahl Eide Fjeld Foss Granlund Haga Halvorsen Heikkinen Holm Jansson
  Jensen Johansen Kallevik Korhonen Kvam Lie Lindqvist Lund Mikkelsen Moe Myhre Nygård Näslund Olsen
  Pedersen Rask Ruud Sandvik Skog Solberg Strand Sørensen Tveit Vik Ødegård Åberg`)

const companies = words('Fjellheim Havblikk Isbre Kystverk Lyngfjord Nattsol Skarvøy Tindetopp')

const titles = ['Driftsleder', 'Innkjøpssjef', 'IT Manager', 'Markedssjef', 'Project Lead']

/** How common each topic and purpose is among the people, from 0 to 1. */
const popularity: Record<string, number> = {
  newsletter: 0.8,
  events: 0.4,
  webinars: 0.3,
  'product-news': 0.35,
  'customer-offers': 0.25,
  'open-tracking': 0.3,
  'click-tracking': 0.25,
  profiling: 0.15,
  calls: 0.08,
  'web-tracking': 0.1,
}

/**
 * The first `count` of an endless row of people: the same ones every time, and nobody twice.
 * @param offered ids of the topics and purposes that the policy declares, topics first.
 */
export function demoPeople(count: number, offered: readonly string[]): DemoPerson[] {
  const random = randomNumbers(20_261_123)
  const taken = new Set<string>()
  return Array.from({ length: count }, () => {
    const name = `${pick(firstNames, random())} ${pick(lastNames, random())}`
    const employed = random() < 0.5
    const company = employed ? pick(companies, random()) : undefined
    const domain = company ? `${plain(company)}.example` : pick(privateDomains, random())
    return {
      name,
      email: freeAddress(plain(name).replace(' ', '.'), domain, taken),
      company,
      title: employed ? pick(titles, random()) : undefined,
      language: random() < 0.85 ? 'nb' : 'en',
      daysAgo: 1 + Math.floor(random() * 700),
      wants: wishes(offered, random),
    }
  })
}

const privateDomains = ['example.org', 'example.com', 'example.net']

function wishes(offered: readonly string[], random: () => number): string[] {
  const wanted = offered.filter((id) => random() < (popularity[id] ?? 0.2))
  return wanted.length > 0 ? wanted : offered.slice(0, 1)
}

function freeAddress(local: string, domain: string, taken: Set<string>): string {
  for (let number = 1; ; number += 1) {
    const address = `${local}${number === 1 ? '' : number}@${domain}`
    if (taken.has(address)) continue
    taken.add(address)
    return address
  }
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('æ', 'ae')
    .replaceAll('ø', 'o')
    .normalize('NFD')
    .replace(/[^a-z ]/g, '')
}

function pick(list: readonly string[], random: number): string {
  return list[Math.floor(random * list.length)] ?? ''
}

/** Mulberry32: small, and the same numbers on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
