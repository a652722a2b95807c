import { setTimeout as wait } from 'node:timers/promises'
import type { Books } from '../support/e2e-books.ts'
import { type Ask, json, ok, one } from './acts.ts'
import { campaignsIn } from './campaigns-in.ts'
import { topics } from './person.ts'

/** Somebody of marketing, who writes campaigns and changes their mind. */
export type Colleague = {
  work: (going: () => boolean) => Promise<void>
  /** Lets go on what is paused, for whatever it has paused itself, and takes back what has not begun. */
  finish: () => Promise<void>
  /** Asks that each campaign be counted anew; those that took it. */
  recount: (ids: readonly string[]) => Promise<void>
}

export type Office = { ask: Ask; books: Books; token: string; random: () => number }

const campaigns = '/staff/campaigns'

export function openColleague({ ask, books, token, random }: Office): Colleague {
  let written = 0
  const post = (path: string, body: object = {}) =>
    ask('POST', path, { body: JSON.stringify(body), type: json, token })
  const draft = () => {
    written += 1
    const said = (language: string) => ({
      subject: `Soak ${written} ${language}`,
      blocks: [
        { markdown: `[Nytt](https://nordlys.example/${written}/${language})` },
        {
          markdown: `[Planer](https://nordlys.example/${written}/plan)`,
          interests: ['planning'],
        },
      ],
    })
    return {
      name: `Soak ${written}`,
      topic: one(random, topics),
      variants: { nb: said('nb'), ...(random() < 0.5 ? { en: said('en') } : {}) },
    }
  }

  async function oneCampaign(): Promise<void> {
    const made = await post(campaigns, draft())
    if (!ok(made.status)) return
    const path = `${campaigns}/${(JSON.parse(made.body) as { id: string }).id}`
    const chance = random()
    if (chance < 0.05) return void (await post(`${path}/cancel`))
    if (chance < 0.1) return void (await post(`${path}/duplicate`))
    if (chance < 0.2) return schedule(path)
    // Pressed again when no answer came, as people do; the other press finds that it has begun.
    for (let press = 0; press < 3; press++) if (ok((await post(`${path}/start`)).status)) break
    await changeMind(path)
  }

  async function schedule(path: string): Promise<void> {
    const at = new Date(Date.now() + 60_000).toISOString().slice(0, 16)
    await post(`${path}/schedule`, { at, zone: 'UTC' })
    if (random() < 0.2) await post(`${path}/unschedule`)
  }

  /** While it is being planned, while its batches leave, or afterwards, whichever it is by then. */
  async function changeMind(path: string): Promise<void> {
    await wait(random() * 1500)
    const chance = random()
    if (chance < 0.12) return void (await post(`${path}/cancel`))
    if (chance > 0.5) return
    await post(`${path}/pause`)
    await wait(random() * 4000)
    if (random() < 0.15) return void (await post(`${path}/cancel`))
    if (random() < 0.8) await post(`${path}/resume`)
  }

  return {
    work: async (going) => {
      while (going()) {
        await oneCampaign()
        await wait(300)
      }
    },
    finish: async () => {
      for (const { id, campaign } of await campaignsIn(books)) {
        const { state, stopped, refused } = campaign
        const overrides = stopped?.for ?? (refused === undefined ? undefined : 'refusals')
        if (state === 'paused') await post(`${campaigns}/${id}/resume`, { overrides })
        if (state === 'scheduled') await post(`${campaigns}/${id}/unschedule`)
      }
    },
    recount: async (ids) => {
      for (const id of ids) await post(`${campaigns}/${id}/recounts`)
    },
  }
}
