import type { PublicPolicy } from '../shared/public-policy.ts'
import { mailOwnLink, stop, turn, undo } from './changing.ts'
import { erase, keep, review } from './erasing.ts'
import { startLanguage } from './language.ts'
import { type OpenPage, show } from './open-page.ts'
import { directMarketing } from './preferences.ts'
import { openScreen } from './screen.ts'
import { ask, begin, load, open } from './way-in.ts'

type Act = (page: OpenPage, id: string) => void | Promise<void>

/** What each button on the page does; the views name them as `data-act`. */
const acts: Readonly<Record<string, Act>> = {
  open,
  undo,
  review,
  keep,
  erase,
  retry: load,
  link: mailOwnLink,
  ask: (page) => show(page, { kind: 'ask' }),
  'turn-off': (page, id) => turn(page, { id, on: false }),
  'stop-all': (page) =>
    stop(page, {
      wish: { choices: { [directMarketing]: 'withdrawn' } },
      place: 'topics',
      saved: ({ preferences }) => preferences.savedStopped,
    }),
  'object-profiling': (page) =>
    stop(page, {
      wish: { choices: { profiling: 'objected' } },
      place: 'object',
      saved: ({ preferences }) => preferences.savedProfiling,
    }),
  'object-all': (page) =>
    stop(page, {
      wish: { choices: { [directMarketing]: 'objected' } },
      place: 'object',
      saved: ({ preferences }) => preferences.savedObjection,
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
  const run = async (act: () => void | Promise<void>): Promise<void> => {
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
    const input = root.querySelector('#email')
    if (input instanceof HTMLInputElement) void run(() => ask(page, input))
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
