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
  return html`<p class="note${note.failed === true && ' failed'}" id="note" tabindex="-1"><span>${note.words(texts)}</span>${
    note.undo !== undefined &&
    html` <button type="button" class="link" id="undo" data-act="undo">${texts.unsubscribed.undoButton}</button>`
  }</p>`
}
