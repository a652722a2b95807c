import type { CampaignTexts } from './campaign-nb.ts'

/** What stands under every marketing mail, in British English. */
export const campaignEn: CampaignTexts = {
  marketing: 'This is marketing from',
  consent: (topic, date) => `You get this mail because you chose “${topic}” on ${date}.`,
  customer: (topic, date) =>
    `You get this mail because you are a customer of ours and have not said no to “${topic}” (since ${date}).`,
  stop: (topic) => `Stop “${topic}”`,
  choices: 'See and change your choices',
  replyTo: 'Reply to:',
}
