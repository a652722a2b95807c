import { type Html, html } from '../shared/html.ts'

type StopForm = {
  readonly token: string
  readonly language: string
  readonly scope: 'topic' | 'all'
  readonly label: string
}

/** One press that stops one topic or all marketing, without JavaScript (UNSUB-16, UX-05). */
export function stopForm({ token, language, scope, label }: StopForm): Html {
  return html`<form method="post" action="/u/${token}">
<input type="hidden" name="scope" value="${scope}"><input type="hidden" name="language" value="${language}">
<button class="main">${label}</button></form>`
}
