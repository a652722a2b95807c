import { type Html, html } from '../shared/html.ts'
import { documentTitle, frame, type Reader } from '../shared/page.ts'
import { languagesOf } from '../shared/static-page.ts'
import { morph } from './morph.ts'
import type { View } from './state.ts'
import { mainOf, titleOf } from './view.ts'

export type Screen = {
  /** Draws a state. Another kind of state is another page: then the reader begins at its title. */
  readonly show: (reader: Reader, view: View) => void
  /** Says aloud what is now true (4.1.3); nothing on the page moves. */
  readonly say: (words: string) => void
}

/** The part of the page that the script draws, and the live region beside it. */
export function openScreen(root: Element): Screen {
  const status = element(html`<p class="unseen" role="status"></p>`)
  document.body.append(status)
  let shown: View['kind'] | undefined
  return {
    show(reader, view) {
      const hadFocus = root.contains(document.activeElement)
      const languages = languagesOf(reader.policy, '/preferences/')
      const main = mainOf(reader, view)
      morph(root, element(html`<div class="page">${frame({ ...reader, main, languages })}</div>`))
      document.documentElement.lang = reader.language
      document.title = documentTitle(reader.policy, titleOf(reader, view))
      const isAnother = shown !== undefined && shown !== 'opening' && shown !== view.kind
      shown = view.kind
      if (isAnother) beginAtTitle(root)
      else if (hadFocus && !root.contains(document.activeElement)) keepPlace(root, view)
    },
    say(words) {
      status.textContent = ''
      // A region is read out when it changes, also when the same words come twice.
      setTimeout(() => {
        status.textContent = words
      }, 50)
    },
  }
}

function element(markup: Html): Element {
  const template = document.createElement('template')
  template.innerHTML = markup.toString()
  const [first] = template.content.children
  if (first === undefined) throw new Error('A view must hold an element')
  return first
}

/** Where something was done on the page before, at what is now true; else at the title. */
function beginAtTitle(root: Element): void {
  const note = root.querySelector('#note')
  focusOn(note ?? root.querySelector('h1'))
  if (note === null) window.scrollTo(0, 0)
}

/** The pressed button is gone: what takes its place is Undo, else the row, else the note. */
function keepPlace(root: Element, view: View): void {
  const place = view.kind === 'choices' ? view.note?.place : undefined
  const row = place === undefined ? null : document.getElementById(`row-${place}`)
  const next = root.querySelector('#undo') ?? row?.querySelector('button,input')
  focusOn(next ?? root.querySelector('#note') ?? root.querySelector('h1'))
}

function focusOn(target: Element | null): void {
  if (target instanceof HTMLElement) target.focus()
}
