import type { Policy } from '../../functions/consent/policy.ts'
import { confirmLetter } from '../../functions/letters/confirm-letter.ts'
import { copyLetter } from '../../functions/letters/copy-letter.ts'
import { erasedLetter } from '../../functions/letters/erased-letter.ts'
import { importedLetter } from '../../functions/letters/imported-letter.ts'
import { type Frame, frameFor, type Letter } from '../../functions/letters/letter.ts'
import { letterHtml } from '../../functions/letters/letter-html.ts'
import { letterText } from '../../functions/letters/letter-text.ts'
import { manageLetter } from '../../functions/letters/manage-letter.ts'
import { welcomeLetter } from '../../functions/letters/welcome-letter.ts'
import { choice, dawn, given } from './acts.ts'

export const origin = 'https://choices.nordlys.example'
export const token = 'AQHx5fWJ1qWc0fJmZrZk1Y3c0pTn1r8m5d9pQ2x7a1sB'

const letterKinds = ['confirm', 'welcome', 'imported', 'manage', 'copy', 'erased'] as const
export type LetterKind = (typeof letterKinds)[number]

export type SampleLetter = {
  kind: LetterKind
  language: string
  frame: Frame
  letter: Letter
  html: string
  text: string
}

/** Every letter in every language of a policy, as it would be mailed. */
export function sampleLetters(policy: Policy): SampleLetter[] {
  return policy.languages.flatMap((language) =>
    letterKinds.map((kind) => {
      const frame = frameFor(policy, origin, language)
      const letter = write(kind, frame)
      return {
        kind,
        language,
        frame,
        letter,
        html: letterHtml(frame, letter),
        text: letterText(frame, letter),
      }
    }),
  )
}

function write(kind: LetterKind, frame: Frame): Letter {
  switch (kind) {
    case 'confirm':
      return confirmLetter(frame, token)
    case 'welcome': {
      const [topic] = Object.values(frame.policy.topics)
      if (topic === undefined) throw new Error('the policy has no topic')
      const said = choice('confirm', dawn, given('newsletter'))
      const unsubscribeUrl = `${origin}/u/${token}`
      return welcomeLetter(frame, { topic, choice: said, unsubscribeUrl, token })
    }
    case 'imported': {
      const [topic, other] = Object.values(frame.policy.topics)
      if (topic === undefined || other === undefined) throw new Error('the policy has no topics')
      const said = choice('import', dawn, given('newsletter'))
      const way = { choice: said, unsubscribeUrl: `${origin}/u/${token}`, token }
      return importedLetter(frame, {
        source: 'Stand at Nor-Shipping',
        evidence: 'signed-form',
        topics: [
          { ...topic, ...way },
          { ...other, ...way },
        ],
      })
    }
    case 'manage':
      return manageLetter(frame, token)
    case 'copy':
      return copyLetter(frame, { token, expires: dawn })
    case 'erased':
      return erasedLetter(frame)
  }
}
