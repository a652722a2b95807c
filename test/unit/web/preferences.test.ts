import { describe, expect, test } from 'vitest'
import { policy } from '../../../policy.ts'
import { startLanguage } from '../../../web/preferences/language.ts'
import type { Choice } from '../../../web/preferences/preferences.ts'
import type { View } from '../../../web/preferences/state.ts'
import { mainOf, titleOf } from '../../../web/preferences/view.ts'
import {
  choosing,
  full,
  known,
  limited,
  since,
  states,
  withChoices,
} from '../../support/page-states.ts'
import { policyWith } from '../../support/policies.ts'
import { count } from './documents.ts'

const drawn = (view: View, language = 'en'): string => mainOf({ policy, language }, view).toString()
const rowOf = (page: string, id: string): string =>
  page.split('<li ').find((row) => row.includes(`id="row-${id}"`)) ?? ''

describe('with a session', () => {
  const page = drawn(choosing(full))

  test('UX-07 each choice shows the true state, since when and why', () => {
    expect(rowOf(page, 'newsletter')).toContain('On since 3 March 2026, because you asked for it')
    expect(rowOf(page, 'customer-offers')).toContain('because you are a customer of ours')
    expect(rowOf(page, 'events')).toContain('Off since 3 March 2026')
    expect(rowOf(page, 'webinars')).toContain('Off. You have not agreed.')
    expect(rowOf(page, 'open-tracking')).toContain('Off. You said no on 3 March 2026.')
  })

  test('UX-07 a yes that no longer counts is shown as off', () => {
    const choices = full.choices.map((choice) => ({ ...choice, on: false }))
    const row = rowOf(drawn(choosing({ ...full, choices })), 'newsletter')
    expect(row).not.toContain('checked')
    expect(row).not.toContain('On since')
  })

  test('UX-07 what is on without having been asked for is shown as on', () => {
    const choices: Choice[] = [{ id: 'profiling', kind: 'purpose', on: true, state: 'unknown' }]
    const row = rowOf(drawn(choosing({ ...full, choices })), 'profiling')
    expect(row).toContain('checked')
    expect(row).not.toContain('Off')
  })

  test('UX-02 each switch is a checkbox with a label and a description', () => {
    expect(count(page, /<input type="checkbox" role="switch"/g)).toBe(full.choices.length)
    for (const { id } of full.choices) {
      expect(page).toContain(`<label for="${id}">`)
      expect(page).toContain(`aria-describedby="${id}-what ${id}-since"`)
    }
  })

  test('UX-04 that changes hold at once is said before the first switch', () => {
    const said = page.indexOf('is saved at once')
    expect(said).toBeGreaterThan(0)
    expect(said).toBeLessThan(page.indexOf('role="switch"'))
  })

  test('TRACK-13 what is inferred is told with points, of what, and how; where nothing is, nothing is said', () => {
    expect(page).not.toContain('id="interests"')
    const interests = known
    const told = drawn(choosing({ ...full, interests }))
    const [section = ''] =
      /<section aria-labelledby="interests">[\s\S]*?<\/section>/.exec(told) ?? []
    for (const text of [
      'Planning',
      '17.4 points',
      'You followed 2 links about it, the last on 3 March 2026.',
      'Integration',
      '3 points',
      'You followed a link about it on 3 March 2026.',
      'counts 10 points, once. After 90 days it counts half.',
    ]) {
      expect(section).toContain(text)
    }
    expect(section).not.toMatch(/<button|<input/)
    expect(drawn(choosing({ ...full, interests }), 'nb')).toContain('17,4 poeng')
    expect(drawn(choosing({ ...full, interests, restricted: true }))).not.toContain('Planning')
  })

  test('TRACK-12 objecting is explicit, apart, and its ways weigh the same', () => {
    const [box = ''] = /<section class="box"[\s\S]*?<\/section>/.exec(page) ?? []
    expect(box).toContain('Object to profiling')
    expect(box).toContain('Object to all direct marketing')
    expect(box).toContain('Object to calls')
    expect(count(box, /class="main"/g)).toBe(3)
    expect(box).not.toContain('role="switch"')
  })

  test('a profiling objection already made is shown instead of asked for', () => {
    const no = { on: false, state: 'objected', since } as const
    const objected = drawn(choosing(withChoices(full, { profiling: no })))
    expect(objected).toContain('You objected to profiling on 3 March 2026')
    expect(objected).not.toContain('id="object-profiling"')
    const all = Object.fromEntries(full.choices.map(({ id }) => [id, no]))
    const everything = drawn(choosing({ ...withChoices(full, all), marketing: 'stopped' }))
    expect(everything).toContain('You objected to all direct marketing on 3 March 2026')
    expect(everything).not.toContain('data-act="object"')
  })

  test('UX-07 a pause says until when, and both ways out of it are the same button', () => {
    const until = '2026-12-24T12:00:00.000Z'
    const row = (over: Partial<Choice>) =>
      rowOf(drawn(choosing(withChoices(full, { newsletter: { until, ...over } }))), 'newsletter')
    const resting = row({ on: false, state: 'paused' })
    expect(resting).toContain('Paused until 24 December 2026')
    expect(resting).not.toContain('role="switch"')
    expect(resting).toContain('data-act="turn-on"')
    expect(resting).toContain('data-act="turn-off"')
    expect(resting).not.toContain('class="main"')
    const over = row({ on: true, state: 'paused' })
    expect(over).toContain('On since 3 March 2026, because you asked for it')
  })

  test('a pause is offered only while something comes', () => {
    expect(page).toContain('data-act="pause" data-id="30"')
    expect(page).toContain('data-act="pause" data-id="90"')
    const off = Object.fromEntries(full.choices.map(({ id }) => [id, { on: false }]))
    expect(drawn(choosing(withChoices(full, off)))).not.toContain('data-act="pause"')
    expect(drawn(choosing(limited))).not.toContain('data-act="pause"')
  })

  test('CONS-08, UX-06: a changed text asks anew, with yes and no alike', () => {
    expect(page).not.toContain('data-act="ask-yes"')
    const asked = drawn(choosing(withChoices(full, { profiling: { on: false, ask: true } })))
    const [section = ''] = /<section aria-labelledby="asks"[\s\S]*?<\/section>/.exec(asked) ?? []
    const buttons = [...section.matchAll(/<button ([^>]*)>/g)].map(([, of]) => of)
    expect(buttons).toHaveLength(2)
    for (const of of buttons) expect(of).not.toContain('class=')
    expect(section).toContain('stays off unless you agree')
  })

  test('GPC-03: a browser’s signal is said, and changes nothing that is shown', () => {
    const signalled = drawn(choosing({ ...full, privacySignal: true }))
    expect(signalled).toContain('Global Privacy Control')
    expect(page).not.toContain('Global Privacy Control')
    expect(rowOf(signalled, 'profiling')).toContain(' checked')
  })

  test.each(['session', 'unsubscribe'] as const)(
    'what only keeps a date has nothing to press (%s)',
    (via) => {
      const dated = policyWith(({ purposes }) => {
        const { name, description } = purposes['open-tracking']
        purposes['open-tracking'] = { basis: 'date_only', name, description }
      })
      const shown = choosing(via === 'session' ? full : limited)
      const row = rowOf(
        mainOf({ policy: dated, language: 'en' }, shown).toString(),
        'open-tracking',
      )
      expect(row).not.toMatch(/<button|<input/)
      expect(row).toContain('only the day')
    },
  )

  test('a switch on its way stands where the person put it', () => {
    const row = rowOf(drawn(choosing(full, { pending: { newsletter: false } })), 'newsletter')
    expect(row).not.toContain(' checked')
  })

  test('the line of a change stands in its row, with Undo while it can be taken back', () => {
    const note = { place: 'newsletter', words: () => 'Saved.', undo: { undo: 'token' } }
    const row = rowOf(drawn(choosing(full, { note })), 'newsletter')
    expect(row).toContain('Saved.')
    expect(row).toContain('data-act="undo"')
    const { undo: _, ...kept } = note
    expect(drawn(choosing(full, { note: kept }))).not.toContain('data-act="undo"')
  })

  test('a topic that the policy no longer declares is left out', () => {
    const choices: Choice[] = [{ id: 'long-gone', kind: 'topic', on: false, state: 'withdrawn' }]
    expect(drawn(choosing({ ...full, choices }))).not.toContain('long-gone')
  })
})

describe('with a newsletter link', () => {
  const page = drawn(choosing(limited))

  test('RIGHT-05 shows the masked address and no state of any purpose', () => {
    expect(page).toContain('k•••@example.org')
    expect(page).not.toContain('since 3')
    expect(rowOf(page, 'profiling')).not.toMatch(/role="switch"|class="small"/)
    expect(page).not.toContain('data-act="review"')
  })

  test('RIGHT-05 what is off can only be asked for by mail', () => {
    expect(rowOf(page, 'newsletter')).toContain('role="switch"')
    expect(rowOf(page, 'events')).not.toContain('role="switch"')
    expect(rowOf(page, 'events')).toContain('data-act="link"')
  })

  test('RIGHT-05 each purpose can be turned off, whatever its state', () => {
    expect(rowOf(page, 'profiling')).toContain('data-act="turn-off"')
    const after = drawn(choosing(limited, { turnedOff: ['profiling'] }))
    expect(rowOf(after, 'profiling')).not.toContain('data-act="turn-off"')
  })

  test('every button has a name of its own', () => {
    const names = [...page.matchAll(/aria-label="([^"]+)"/g)].map(([, name]) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('deletion', () => {
  const page = drawn({ kind: 'review', choosing: choosing(full), failed: false })

  test('RIGHT-12 what stays, why and how long is said before the button', () => {
    expect(page).toContain('A fingerprint of the address')
    expect(page).toContain('for as long as we send marketing')
    expect(page).toContain('Deleted after 10 years')
    expect(page.indexOf('10 years')).toBeLessThan(page.indexOf('data-act="erase"'))
  })

  test('UX-04 it can be left without deleting', () => {
    expect(page).toContain('data-act="keep"')
  })

  test('RIGHT-01 the receipt has a reference and the day it is due', () => {
    const asked = { id: 'R-1', receivedAt: since, dueAt: '2026-04-03T12:00:00.000Z' }
    const request = { ...asked, kind: 'erasure', status: 'in-progress' } as const
    const receipt = drawn({ kind: 'erasing', request })
    expect(receipt).toContain('<dd>R-1</dd>')
    expect(receipt).toContain('<dd>3 April 2026</dd>')
  })
})

test.each(policy.languages)('every state can be drawn in %s, with one title', (language) => {
  for (const [name, view] of Object.entries(states)) {
    expect(count(drawn(view, language), /<h1\b/g), name).toBe(1)
    expect(drawn(view, language), name).not.toMatch(/undefined|\[object/)
    expect(titleOf({ policy, language }, view), name).not.toBe('')
  }
})

test('UX-02 the address is asked for with a label, its purpose and a tied error', () => {
  const page = drawn({ kind: 'ask', error: 'email' })
  expect(page).toMatch(/<input id="email"[^>]*autocomplete="email"[^>]*aria-invalid="true"/)
  expect(page).toContain('id="email-error">Enter a whole e-mail address')
})

test('the page starts in the language of its address, else in one the browser asks for', () => {
  const languages = ['nb', 'en']
  const start = (documentLanguage: string, wanted: string[]) =>
    startLanguage(languages, { document: documentLanguage, wanted })
  expect(start('nb', ['en-GB', 'nb'])).toBe('en')
  expect(start('nb', ['nn-NO', 'en'])).toBe('nb')
  expect(start('nb', ['de', 'fr'])).toBe('nb')
  expect(start('en', ['nb'])).toBe('en')
})
