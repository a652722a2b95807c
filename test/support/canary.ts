/** Somebody who does not exist, looked for in everything that a run has written (SEC-14). */
export const canary = {
  email: 'canary.quillfeather@example.org',
  name: 'Canary Quillfeather',
  phone: '+4790000217',
  company: 'Quillfeather Aviaries',
  title: 'Keeper of Quills',
  ip: '198.51.100.217',
  token: 'AQHxQuillfeatherQuillfeatherQuillfeatherQuillfeatherQuill00',
} as const

export const canaryTraces: readonly string[] = [
  ...Object.values(canary),
  encodeURIComponent(canary.email),
  encodeURIComponent(canary.name),
  'quillfeather',
]
