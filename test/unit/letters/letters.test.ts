import { describe, expect, it } from 'vitest'
import { checkMailLimits } from '../../../functions/platform/mail-limits.ts'
import { policy } from '../../../policy.ts'
import { policyWith } from '../../support/policies.ts'
import { origin, sampleLetters, token } from '../../support/sample-letters.ts'

const letters = sampleLetters(policy)
const all = letters.map((letter) => [`${letter.kind} in ${letter.language}`, letter] as const)
const only = (kind: string) => letters.filter((letter) => letter.kind === kind)

/** Every address that a part of a letter names. */
const addressesIn = (part: string): string[] => part.match(/\b(?:https?|mailto):[^\s"<]+/g) ?? []

describe('every letter', () => {
  it.each(all)('%s holds no image, script, frame or form (SEND-09)', (_, { html }) => {
    expect(html).not.toMatch(/<(img|script|iframe|form|input|link|object|video|svg)\b/i)
    expect(html).not.toMatch(/url\(|@import|@font-face|background=|src=/i)
  })

  it.each(all)(
    '%s leads nowhere but to us and, once we forgot, the authority (SEND-09)',
    (...of) => {
      const [, { kind, html, text }] = of
      const authority = kind === 'erased' ? [`${policy.authority.website}`] : []
      const addresses = [...addressesIn(html), ...addressesIn(text)]
      expect(addresses.length).toBeGreaterThan(2)
      for (const address of addresses) {
        const ours =
          address.startsWith(`${origin}/`) || address === `mailto:${policy.controller.email}`
        expect(ours || authority.includes(address), address).toBe(true)
      }
    },
  )

  it.each(all)('%s names its language, and nothing is left untranslated (RIGHT-14)', (...of) => {
    const [, { language, html, text, letter }] = of
    expect(html).toContain(`<html lang="${language}">`)
    const foreign = { nb: /\b(you|your|the|is)\b/i, en: /\b(du|deg|dine|ikke|og)\b|[æøå]/i }
    for (const part of [letter.subject, letter.because]) {
      expect(part).not.toMatch(foreign[language === 'nb' ? 'nb' : 'en'])
    }
    expect(text).not.toContain('undefined')
    expect(html).not.toContain('undefined')
  })

  it.each(all)(
    '%s says who writes, where they are and why (SEND-07)',
    (_, { html, text, letter }) => {
      const { name, address, email } = policy.controller
      for (const part of [name, address, email, letter.because]) {
        expect(html).toContain(part)
        expect(text).toContain(part)
      }
    },
  )

  it.each(all)('%s says the same in its text part as in its HTML', (_, { html, text, letter }) => {
    const shown = html.replace(/<style>.*?<\/style>|<[^>]+>/gs, ' ')
    for (const block of letter.blocks) {
      const said = Object.entries(block).flatMap(([field, value]) =>
        field === 'kind' ? [] : typeof value === 'string' ? [value] : value.flatMap(Object.values),
      )
      for (const sentence of said) {
        expect(text).toContain(sentence)
        const escaped = sentence.replace(/'/g, '&#39;')
        expect(shown.includes(escaped) || html.includes(`href="${escaped}"`), sentence).toBe(true)
      }
    }
  })

  it.each(all)('%s is short: a subject of one line, far below any limit', (_, mail) => {
    const { letter, html, text } = mail
    expect(letter.subject.length).toBeLessThan(50)
    expect(html.length + text.length).toBeLessThan(20_000)
    const headers = [{ name: 'Auto-Submitted', value: 'auto-generated' }]
    checkMailLimits({ to: ['kari@example.org'], subject: letter.subject, html, text, headers })
  })

  it.each(all)('%s has at most one button', (_, { letter }) => {
    expect(letter.blocks.filter(({ kind }) => kind === 'button').length).toBeLessThanOrEqual(1)
  })

  it('is written in the default language when the policy has not the wanted one', () => {
    const one = sampleLetters(policyWith((declared) => declared.languages.splice(1)))
    expect(new Set(one.map(({ language }) => language))).toEqual(new Set(['nb']))
  })

  it('never lets a name become markup (SEC-11)', () => {
    const name = `<img src=x onerror="alert('1')">&amp;`
    const hostile = sampleLetters(
      policyWith((declared) => {
        declared.controller.name = name
        for (const topic of Object.values(declared.topics)) topic.name = { nb: name, en: name }
      }),
    )
    for (const { html, text } of hostile) {
      expect(html).not.toContain('<img')
      expect(html).not.toContain('onerror="')
      expect(text).toContain(name)
    }
  })
})

describe('the confirmation', () => {
  it('says that nothing happens without a press, and for how long the link works (CONS-01)', () => {
    const [nb, en] = only('confirm')
    expect(nb?.text).toContain('Ingenting slås på før du trykker')
    expect(nb?.text).toContain('Lenken virker i 7 dager.')
    expect(en?.text).toContain('Nothing is turned on until you press')
    expect(en?.text).toContain('The link works for 7 days.')
  })

  it('holds its link and nothing that anybody could have typed or chosen (SEC-09)', () => {
    for (const { html, text } of only('confirm')) {
      for (const part of [html, text]) {
        expect(part).toContain(`${origin}/s/${token}`)
        for (const { name } of Object.values(policy.topics)) {
          for (const shown of Object.values(name)) expect(part).not.toContain(shown)
        }
      }
    }
  })
})

describe('the letter to who was imported', () => {
  it('CONS-14 says from where, on what proof and since when, what for, and how each topic is stopped', () => {
    const [nb, en] = only('imported')
    expect(en?.text).toContain('from here: Stand at Nor-Shipping.')
    expect(en?.text).toContain('There you signed, on 2 November 2096')
    expect(nb?.text).toContain('Der skrev du under, 2. november 2096')
    for (const sent of [nb, en]) {
      const topics = Object.values(policy.topics).slice(0, 2)
      for (const { name } of topics) expect(sent?.text).toContain(name[sent?.language ?? ''])
      expect(sent?.text.match(/\/u\//g)).toHaveLength(topics.length)
      // Art. 14: the rest is one press away.
      expect(sent?.text).toMatch(/\/notice\//)
      expect(sent?.text).toContain(policy.controller.registration)
    }
  })
})

describe('the welcome', () => {
  it('shows a link that stops the topic, in both parts, under its own words, direct and untracked (UNSUB-11, UNSUB-16)', () => {
    const [nb, en] = only('welcome')
    expect(nb?.html).toMatch(new RegExp(`href="${origin}/u/${token}"[^>]*>Stopp «Nyhetsbrev»</a>`))
    expect(en?.html).toMatch(new RegExp(`href="${origin}/u/${token}"[^>]*>Stop “Newsletter”</a>`))
    expect(nb?.text).toContain(`Stopp «Nyhetsbrev»:\n${origin}/u/${token}`)
    expect(en?.text).toContain(`Stop “Newsletter”:\n${origin}/u/${token}`)
  })

  it('leads to the choices with the token in the fragment (SEC-05)', () => {
    for (const { html, text } of only('welcome')) {
      expect(html).toContain(`href="${origin}/preferences/#t=${token}"`)
      expect(text).toContain(`${origin}/preferences/#t=${token}`)
    }
  })

  it('names the right to object in a box of its own (TRACK-12)', () => {
    for (const { letter, html } of only('welcome')) {
      const boxes = letter.blocks.filter(({ kind }) => kind === 'box')
      expect(boxes).toHaveLength(1)
      expect(html).toMatch(/class="box"[^>]*>\s*<h2[^>]*>(Du kan protestere|You can object)<\/h2>/)
    }
  })

  it('says since when and because of what it comes', () => {
    const [nb, en] = only('welcome')
    expect(nb?.letter.because).toContain('«Nyhetsbrev» 2. november 2096')
    expect(en?.letter.because).toContain('“Newsletter” on 2 November 2096')
  })
})

describe('the link', () => {
  it('says how long it works, that it works once, and not to forward it (RIGHT-05)', () => {
    const [nb, en] = only('manage')
    expect(nb?.text).toMatch(/30 minutter, og bare én gang\.\n\nIkke send denne e-posten videre/)
    expect(en?.text).toMatch(/30 minutes, and only once\.\n\nDo not forward this mail/)
    expect(en?.html).toContain(`href="${origin}/preferences/#t=${token}"`)
  })
})

describe('the notice of erasure', () => {
  it('says what went, what stays, why, for how long, and where to complain (RIGHT-12)', () => {
    const [nb, en] = only('erased')
    expect(nb?.text).toMatch(/Et fingeravtrykk av adressen[\s\S]*så lenge vi sender markedsføring/)
    expect(nb?.text).toMatch(/En logg uten navn[\s\S]*Slettes etter 10 år/)
    expect(en?.text).toMatch(/A fingerprint of the address[\s\S]*as long as we send marketing/)
    expect(en?.text).toMatch(/A log without name[\s\S]*Deleted after 10 years/)
    expect(en?.text).toContain(policy.authority.website)
  })

  it('says when the fingerprint goes, where the policy lets it end (SUPP-05)', () => {
    const ending = policyWith((declared) => {
      declared.retention.objection = 1096
    })
    const texts = sampleLetters(ending).filter(({ kind }) => kind === 'erased')
    expect(texts[1]?.text).toContain('Deleted after 3 years.')
  })

  it('holds no link with a token: nobody is left to manage', () => {
    for (const { html } of only('erased')) expect(html).not.toMatch(/\/(s|u|preferences)\//)
  })
})
