import { type Html, html } from '../shared/html.ts'

type StopForm = {
  readonly token: string
  readonly language: string
  readonly scope: 'topic' | 'all'
  readonly label: string
  /** On the page whose very purpose it is. */
  readonly isMain?: boolean
}

/** One press that stops one topic or all marketing, without JavaScript (UNSUB-16, UX-05). */
export function stopForm({ token, language, scope, label, isMain = false }: StopForm): Html {
  return html`<form method="post" action="/u/${token}">
<input type="hidden" name="scope" value="${scope}"><input type="hidden" name="language" value="${language}">
<button${isMain && html` class="main"`}>${label}</button></form>`
}
