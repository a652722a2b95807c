import type { MailHeader } from './mailer.ts'

/**
 * What a mailbox provider reads to offer "unsubscribe" (RFC 2369, RFC 2919, RFC 8058): one HTTPS
 * address, the sign that a POST to it suffices, and the list's stable name, in the order that SES
 * and Gmail prefer (UNSUB-01, UNSUB-02).
 */
export function listHeaders(list: {
  unsubscribeUrl: string
  /** In the organisation's default language: a list keeps one name, whoever reads it (UNSUB-13). */
  name: string
  topic: string
  domain: string
}): MailHeader[] {
  return [
    { name: 'List-Unsubscribe', value: `<${list.unsubscribeUrl}>` },
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
    { name: 'List-Id', value: listId(list) },
  ]
}

/** RFC 2919 §2: octets of the whole identifier. */
const longestListId = 255

/** `Name <topic.domain>`; the name in plain ASCII and without anything that would need quoting. */
function listId({ name, topic, domain }: { name: string; topic: string; domain: string }): string {
  const id = `<${topic}.${domain}>`
  const room = longestListId - id.length - 1
  const phrase = asciiPhrase(name).slice(0, Math.max(0, room)).trim()
  return phrase === '' ? id : `${phrase} ${id}`
}

const spelled: Readonly<Record<string, string>> = {
  æ: 'ae',
  Æ: 'Ae',
  ø: 'o',
  Ø: 'O',
  ß: 'ss',
  đ: 'd',
  Đ: 'D',
  ł: 'l',
  Ł: 'L',
  œ: 'oe',
  Œ: 'Oe',
}

function asciiPhrase(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, (character) => spelled[character] ?? ' ')
    .replace(/[^A-Za-z0-9&'+_ -]/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
}
