/** What stands under every marketing mail, in Norwegian bokmål. */
export const campaignNb = {
  marketing: 'Dette er markedsføring fra',
  consent: (topic: string, date: string) =>
    `Du får denne e-posten fordi du valgte «${topic}» ${date}.`,
  customer: (topic: string, date: string) =>
    `Du får denne e-posten fordi du er kunde hos oss og ikke har sagt nei til «${topic}» (siden ${date}).`,
  stop: (topic: string) => `Stopp «${topic}»`,
  choices: 'Se og endre valgene dine',
  replyTo: 'Svar til:',
}

export type CampaignTexts = typeof campaignNb
