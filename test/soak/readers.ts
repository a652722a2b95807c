import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Ask, one } from './acts.ts'
import type { CampaignMail, Inbox } from './inbox.ts'

/** One fetch of what a mail names; whether it was answered or not, it may have been recorded. */
export type Fetched = { mail: CampaignMail; kind: 'open' | 'click'; at: number }

/** Mail clients, proxies and scanners: everything that fetches pixels and follows links. */
export type Readers = {
  work: (going: () => boolean) => Promise<void>
  fetched: readonly Fetched[]
  /** Answers that nothing should get. */
  problems: readonly string[]
}

const agents = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
  'Mozilla/5.0',
  'Mozilla/5.0 (Windows NT 5.1) GoogleImageProxy',
  'Barracuda Sentinel',
  '',
]
const pixelBytes = 43

type Library = { ask: Ask; inbox: Inbox; random: () => number }

export function openReaders({ ask, inbox, random }: Library): Readers {
  const fetched: Fetched[] = []
  const problems: string[] = []

  /** Every mailbox is in a network of its own, but some share one. */
  const caller = () => ({
    agent: one(random, agents) ?? '',
    from: `127.${30 + Math.floor(random() * 30)}.0.1`,
  })

  async function open(path: string): Promise<void> {
    const method = random() < 0.9 ? 'GET' : 'HEAD'
    const { status, body } = await ask(method, path, caller())
    // While the function itself is down there is no picture; one that answers always shows it.
    if (status === 200 && method === 'GET' && body.length !== pixelBytes)
      problems.push(`a pixel of ${body.length} bytes`)
    if (status !== 200 && status !== 0 && status < 500) problems.push(`a pixel answers ${status}`)
  }

  async function follow(path: string, forged: boolean): Promise<void> {
    const { status, location = '' } = await ask('GET', path, caller())
    if (status === 0 || status >= 500) return
    if (forged && status !== 404) problems.push(`a forged link answers ${status}`)
    if (forged || status === 404) {
      if (!forged) problems.push('a link of a mail leads nowhere')
      return
    }
    if (status !== 302 || !location.startsWith('https://nordlys.example'))
      problems.push(`a link answers ${status} and leads to ${location}`)
  }

  async function read(mail: CampaignMail): Promise<void> {
    const times = random() < 0.2 ? 2 : 1
    const note = (kind: Fetched['kind']) => fetched.push({ mail, kind, at: Date.now() })
    const { pixel } = mail
    if (pixel !== undefined && random() < 0.7) {
      note('open')
      await Promise.all(Array.from({ length: times }, () => open(pixel)))
    }
    // A scanner follows all of them, the one that nobody sees among them.
    const followed = random() < 0.2 ? mail.links : mail.links.slice(0, 1)
    for (const link of random() < 0.6 ? followed : []) {
      note('click')
      await Promise.all(Array.from({ length: times }, () => follow(link, false)))
    }
  }

  async function forge(mail: CampaignMail | undefined): Promise<void> {
    const noise = randomBytes(30).toString('base64url')
    await open(`/o/${noise}.gif`)
    await follow(`/c/${noise}/0`, true)
    const [link = ''] = mail?.links ?? []
    const id = link.split('/')[2] ?? ''
    if (id === '') return
    const changed = id[5] === 'A' ? 'B' : 'A'
    await follow(`/c/${id.slice(0, 5)}${changed}${id.slice(6)}/0`, true)
    await follow(`/c/${id}/99`, true)
  }

  return {
    fetched,
    problems,
    work: async (going) => {
      while (going()) {
        await inbox.read()
        const mails = inbox.mails()
        // Most mail is read when it comes, some much later, by people who have said no since.
        const mail = one(random, random() < 0.7 ? mails.slice(-60) : mails)
        if (mail !== undefined) await read(mail)
        if (random() < 0.1) await forge(mail)
        await wait(30)
      }
    },
  }
}
