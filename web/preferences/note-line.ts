import { textsIn } from '../locales/locales.ts'
import { type Html, html } from '../shared/html.ts'
import type { Choosing } from './state.ts'

/** The note of one place, if the latest change was made there; Undo stands beside its words. */
export function noteLine(
  { note }: Choosing,
  { place, language }: { place: string; language: string },
): Html | undefined {
  if (note?.place !== place) return undefined
  const texts = textsIn(language)
  const button = (act: string, words: string): Html =>
    html` <button type="button" class="link" id="${act}" data-act="${act}">${words}</button>`
  return html`<p class="note${note.failed === true && ' failed'}" id="note" tabindex="-1"><span>${note.words(texts)}</span>${
    note.undo !== undefined && button('undo', texts.unsubscribed.undoButton)
  }${note.again !== undefined && button('again', texts.preferences.retry)}</p>`
}
