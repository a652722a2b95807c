import { textsIn } from '../locales/locales.ts'
import { type Html, html } from '../shared/html.ts'
import type { Reader } from '../shared/page.ts'
import { choicesView } from './choices-view.ts'
import { correctView } from './correct-view.ts'
import { erasingView, reviewView } from './erasure-view.ts'
import { freezeView } from './freeze-view.ts'
import { receiptsView } from './receipts-view.ts'
import type { View } from './state.ts'
import { askView, doorView, openingView, sentView, unreachableView } from './way-in-view.ts'

/** What is shown in each state; pure, so that every state can be looked at by itself. */
export function mainOf(reader: Reader, view: View): Html {
  switch (view.kind) {
    case 'opening':
      return openingView(reader)
    case 'ask':
      return askView(reader, view)
    case 'sent':
      return sentView(reader)
    case 'door':
      return doorView(reader, view)
    case 'choices':
      return choicesView(reader, view)
    case 'review':
      return reviewView(reader, view.failed)
    case 'freeze':
      return freezeView(reader, view.failed)
    case 'receipts':
      return receiptsView(reader, view)
    case 'correct':
      return correctView(reader, view)
    case 'erasing':
      return erasingView(reader, view.request)
    case 'unreachable':
      return unreachableView(reader)
  }
}

export function titleOf({ language }: Reader, { kind }: View): string {
  const texts = textsIn(language)
  const { preferences: words } = texts
  const titles: Readonly<Record<View['kind'], string>> = {
    opening: words.title,
    ask: words.ask,
    sent: texts.linkSent.title,
    door: words.door,
    choices: words.title,
    review: texts.erasure.title,
    freeze: texts.rights.freezeTitle,
    receipts: texts.rights.receipts,
    correct: texts.rights.correct,
    erasing: texts.erasure.done,
    unreachable: texts.tryAgain.title,
  }
  return titles[kind]
}

/** What stands in the page before the script runs, and instead of it (UX-05). */
export function withoutScript({ policy, language }: Reader): Html {
  const { preferences: words } = textsIn(language)
  const { email } = policy.controller
  return html`<h1>${words.title}</h1>
<noscript><p class="lead">${words.noScript(html`<a href="mailto:${email}">${email}</a>`)}</p></noscript>`
}
