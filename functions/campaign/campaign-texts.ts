import { campaignEn } from '../../web/locales/campaign-en.ts'
import { type CampaignTexts, campaignNb } from '../../web/locales/campaign-nb.ts'

const texts: Readonly<Record<string, CampaignTexts>> = { nb: campaignNb, en: campaignEn }

/** The sentences of a language, else of the first (a policy only names languages we have). */
export function campaignTextsIn(language: string): CampaignTexts {
  return (Object.hasOwn(texts, language) ? texts[language] : undefined) ?? campaignNb
}
