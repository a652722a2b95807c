/** A text in each of the policy's languages. */
export type Text = Readonly<Record<string, string>>

export type Offer = { readonly name: Text; readonly description: Text; readonly basis: string }

/**
 * The part of the policy that anyone may read, and all that a page needs to know. The whole policy
 * fits this shape; `publicPart` leaves the rest out before it is sent to a browser.
 */
export type PublicPolicy = {
  readonly controller: {
    readonly name: string
    readonly registration: string
    readonly address: string
    readonly country: string
    readonly email: string
    readonly website: string
  }
  readonly authority: { readonly name: Text; readonly website: string }
  /** The first is the default. */
  readonly languages: readonly string[]
  readonly notice: { readonly version: number; readonly date: string }
  readonly topics: Readonly<Record<string, Offer>>
  readonly purposes: Readonly<Record<string, Offer>>
  /** In days; `null` is without end. */
  readonly retention: {
    readonly signUp: number
    readonly evidence: number
    readonly objection: number | null
  }
  readonly branding: {
    readonly mark: string
    readonly accent: { readonly light: string; readonly dark: string }
  }
}

export function publicPart(policy: PublicPolicy): PublicPolicy {
  const { name, registration, address, country, email, website } = policy.controller
  const { signUp, evidence, objection } = policy.retention
  return {
    controller: { name, registration, address, country, email, website },
    authority: { name: policy.authority.name, website: policy.authority.website },
    languages: policy.languages,
    notice: { version: policy.notice.version, date: policy.notice.date },
    topics: offers(policy.topics),
    purposes: offers(policy.purposes),
    retention: { signUp, evidence, objection },
    branding: policy.branding,
  }
}

function offers(all: Readonly<Record<string, Offer>>): Record<string, Offer> {
  return Object.fromEntries(
    Object.entries(all).map(([id, { name, description, basis }]) => [
      id,
      { name, description, basis },
    ]),
  )
}

/** The text in the wanted language, else in the policy's default language. */
export function textIn(policy: PublicPolicy, text: Text, language: string): string {
  return text[language] ?? text[policy.languages[0] ?? ''] ?? ''
}

/** Name and description of a topic or purpose; undefined when the policy no longer declares it. */
export function offerOf(policy: PublicPolicy, id: string): Offer | undefined {
  if (Object.hasOwn(policy.topics, id)) return policy.topics[id]
  return Object.hasOwn(policy.purposes, id) ? policy.purposes[id] : undefined
}

/** Ids that a form may offer: what rests on consent, in the order of declaration (CONS-02). */
export function offeredIds(offersById: Readonly<Record<string, Offer>>): string[] {
  return Object.entries(offersById)
    .filter(([, { basis }]) => basis === 'consent')
    .map(([id]) => id)
}
