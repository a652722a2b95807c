import type { Offer, PublicPolicy, Text } from '../shared/public-policy.ts'

type Version = { readonly version: number; readonly date: string; readonly changes: Text }

type Declared = Offer & {
  readonly similarProducts?: string
  readonly balancingTest?: { readonly reference: string; readonly date: string }
}

export type Receiver = {
  readonly name: string
  readonly country: string
  /** Topics and purposes. */
  readonly receives: readonly string[]
  readonly why: Text
  /** On what ground data may leave the EEA for it. */
  readonly transfer?: string | undefined
}

/** What the notice says beyond the public part of the policy. */
export type NoticePolicy = PublicPolicy & {
  readonly notice: Version & { readonly earlier?: readonly Version[] | undefined }
  readonly controller: { readonly phone?: string | undefined }
  readonly topics: Readonly<Record<string, Declared>>
  readonly purposes: Readonly<Record<string, Declared>>
  readonly storage: 'eea' | 'adequate'
  readonly retention: Readonly<Record<string, number | null>>
  readonly recipients: Readonly<Record<string, Receiver>>
}
