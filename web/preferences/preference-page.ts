import type { PublicPolicy } from '../shared/public-policy.ts'
import { confirmWaiting, copy, freeze, object, unfreeze } from './asking.ts'
import { again, change, mailOwnLink, pause, turn, undo } from './changing.ts'
import { correct } from './correcting.ts'
import { erase } from './erasing.ts'
import { openCopy, saveReceipt } from './keeping.ts'
import { startLanguage } from './language.ts'
import { goAside, keep, nameOf, type OpenPage, show } from './open-page.ts'
import { directMarketing } from './preferences.ts'
import { openScreen } from './screen.ts'
import { ask, begin, load, lookAgain, open } from './way-in.ts'

type Act = (page: OpenPage, id: string) => void | Promise<void> | undefined

/** What each button on the page does; the views name them as `data-act`. */
const acts: Readonly<Record<string, Act>> = {
  open,
  undo,
  again,
  object,
  copy,
  unfreeze,
  keep,
  erase,
  retry: load,
  'freeze-now': freeze,
  'open-copy': openCopy,
  receipt: saveReceipt,
  review: (page) => goAside(page, 'review'),
  freeze: (page) => goAside(page, 'freeze'),
  receipts: (page) => goAside(page, 'receipts'),
  correct: (page) => goAside(page, 'correct'),
  'was-me': confirmWaiting,
  link: mailOwnLink,
  ask: (page) => show(page, { kind: 'ask' }),
  'turn-on': (page, id) => turn(page, { id, on: true }),
  'turn-off': (page, id) => turn(page, { id, on: false }),
  pause: (page, days) => pause(page, Number(days)),
  'ask-yes': (page, id) => turn(page, { id, on: true }),
  'ask-no': (page, id) =>
    change(page, {
      wish: { choices: { [id]: 'refused' } },
      place: id,
      saved: ({ preferences }) => preferences.savedNo,
      name: nameOf(page, id),
    }),
  'stop-all': (page) =>
    change(page, {
      wish: { choices: { [directMarketing]: 'withdrawn' } },
      place: 'topics',
      saved: ({ preferences }) => preferences.savedStopped,
    }),
}

/** Runs the preference page: one state in memory, every act answered by the server (UX-07). */
export function openPreferencePage(policy: PublicPolicy, root: Element): Promise<void> {
  const page: OpenPage = {
    policy,
    screen: openScreen(root),
    language: startLanguage(policy.languages, {
      document: document.documentElement.lang,
      wanted: navigator.languages,
    }),
    hasChosenLanguage: false,
    token: undefined,
    view: { kind: 'opening' },
    saving: Promise.resolve(),
  }
  listen(page, root)
  return begin(page)
}

function listen(page: OpenPage, root: Element): void {
  // A second press while the first is on its way would be a second act.
  let isActing = false
  const run = async (act: () => ReturnType<Act>): Promise<void> => {
    if (isActing) return
    isActing = true
    await act()
    isActing = false
  }

  root.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return
    const link = event.target.closest('header nav a')
    if (link instanceof HTMLAnchorElement) {
      event.preventDefault()
      return switchLanguage(page, link.hreflang)
    }
    const button = event.target.closest<HTMLElement>('[data-act]')
    const act = acts[button?.dataset.act ?? '']
    if (act !== undefined) void run(() => act(page, button?.dataset.id ?? ''))
  })
  root.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return
    const id = target.dataset.choice
    if (id !== undefined) void turn(page, { id, on: target.checked })
  })
  root.addEventListener('submit', (event) => {
    event.preventDefault()
    const form = event.target
    if (!(form instanceof HTMLFormElement)) return
    if (form.id === 'correct') return void run(() => correct(page, form))
    const input = form.querySelector('#email')
    if (input instanceof HTMLInputElement) void run(() => ask(page, input))
  })
  // What another tab or a mail's link has changed meanwhile is shown when the reader comes back.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') lookAgain(page)
  })
  // Another mail's link opened in this tab changes only the fragment.
  window.addEventListener('hashchange', () => {
    if (location.hash.startsWith('#t=')) void begin(page)
  })
}

function switchLanguage(page: OpenPage, language: string): void {
  page.language = language
  page.hasChosenLanguage = true
  show(page, page.view)
}
