import type { LetterTexts } from './letters-nb.ts'

/** Every sentence of the letters that are of their own, in British English. */
export const lettersEn: LetterTexts = {
  orOpen: 'Or open this address:',
  footer: {
    from: 'This mail comes from',
    writeTo: 'Write to us:',
  },
  confirm: {
    subject: 'Confirm your choices',
    title: 'Confirm your choices',
    lead: 'Someone, perhaps you, entered this address in our form.',
    you: 'If it was you, open the page below. It shows everything that was asked for, and you can remove what you do not want. Nothing is turned on until you press the button there.',
    button: 'See and confirm',
    life: (days) => `The link works for ${days}.`,
    notYou:
      'If it was not you, there is nothing you need to do. Then nothing happens, and we delete what was entered.',
    because:
      'You get this mail because the address was entered in our form. Until someone confirms, we send nothing else.',
  },
  welcome: {
    subject: (topic) => `“${topic}” is on`,
    title: (topic) => `“${topic}” is on`,
    lead: 'You confirmed it, and from now on you get it by e-mail:',
    change: 'You can change your choices at any time. What you change holds from the same moment.',
    button: 'See your choices',
    stopBefore: 'Would you rather not have it?',
    stop: (topic) => `Stop “${topic}”`,
    stopAfter: 'You need neither log in nor give a reason.',
    because: (topic, date) => `You get this mail because you confirmed “${topic}” on ${date}.`,
  },
  imported: {
    subject: (company) => `Where ${company} has your address from`,
    title: 'Where we have your address from',
    lead: (company, source) =>
      `We at ${company} have your address from here: ${source}. It did not reach us here from you yourself, so we tell you.`,
    evidence: {
      'confirmed-opt-in': (date) =>
        `There you confirmed from your mailbox, on ${date}, that you want to get this by e-mail:`,
      'signed-form': (date) => `There you signed, on ${date}, that you want to get this by e-mail:`,
      sale: (date) =>
        `You bought from us on ${date} and did not say no to hearing of similar products by e-mail. So you may get this:`,
    },
    stopBefore: 'Would you rather not have it?',
    stop: (topic) => `Stop “${topic}”`,
    stopAfter: 'You need neither log in nor give a reason.',
    rights:
      'You may see what we hold about you, have it corrected, restricted or deleted, object, and take back a yes. Why we may use it, for how long, who receives it and where to complain is in the privacy notice, which is linked below.',
    button: 'See your choices',
    because:
      'You get this mail once, because the law wants you told where we have your address from (GDPR article 14).',
  },
  manage: {
    subject: 'The link to your choices',
    title: 'The link to your choices',
    lead: 'Here is the link that was asked for. It opens all your choices and what we hold about you.',
    button: 'Open my choices',
    life: 'The link works for 30 minutes, and only once.',
    keep: 'Do not forward this mail. Whoever has the link can see and change everything.',
    notYou: 'If it was not you who asked, there is nothing you need to do. Nothing has changed.',
    because: 'You get this mail because someone asked for a link to the choices of this address.',
  },
  copy: {
    subject: 'Your copy is ready',
    title: 'Your copy is ready',
    lead: 'Here is the link to everything that we hold about you.',
    button: 'See what you hold about me',
    life: (day) => `The link works until ${day}. Then we delete the copy.`,
    keep: 'Do not forward this mail. Whoever has the link can read everything.',
    notYou: 'If it was not you who asked, write to us. Someone has had access to your inbox.',
    because: 'You get this mail because someone asked for a copy on the page with your choices.',
  },
  erased: {
    subject: 'Your data is deleted',
    title: 'Your data is deleted',
    lead: 'We have deleted what we held about you.',
    last: 'This is the last mail from us. We used your address one last time to send it, and now that is deleted too.',
    goes: 'What is deleted',
    backups: 'A day after the deletion, the backups cannot show who you are either.',
    complain: 'If something is wrong',
    complainText: (email) => `Reply to this mail, or write to ${email}. You may also complain to:`,
    because: 'You get this mail because what we held about you is deleted.',
  },
  addressChange: {
    subject: 'Confirm the new address',
    title: 'Confirm the new address',
    lead: 'Someone, perhaps you, wants us to use this address instead of another.',
    you: 'If it was you, open the page below and press the button there. Until then we use the old address.',
    button: 'See and confirm',
    life: (days) => `The link works for ${days}, and only once.`,
    notYou: 'If it was not you, there is nothing you need to do. Then nothing happens.',
    because: 'You get this mail because the address was given to us as a new address.',
  },
  addressChanged: {
    subject: 'Your address with us has changed',
    title: 'Your address with us has changed',
    lead: 'We no longer use this address. The change was asked for on the page with your choices, and confirmed from the new address.',
    links:
      'Links and open pages from before the change no longer work. If you had said no to something, that still holds.',
    notYou: 'Was it not you?',
    notYouText: (email) => `Then we need to know: reply to this mail, or write to ${email}.`,
    because: 'You get this mail because we used this address until now.',
  },
  request: {
    kinds: {
      access: 'Access: a copy of what we hold about you',
      rectification: 'Correction of what we hold about you',
      erasure: 'Deletion of what we hold about you',
      restriction: 'Restriction: that we only keep what we hold about you',
      objection: 'Objection to direct marketing',
    },
    details: {
      'direct-marketing': 'Objection to direct marketing',
      profiling: 'Objection to profiling',
      calls: 'Objection to being called',
      lift: 'That we use your data again',
      address: 'A new e-mail address',
    },
    facts: 'What you asked for',
    what: 'What',
    reference: 'Reference',
    received: 'Received',
    due: 'Answer by',
    reasons: 'Our reasons',
    answer: 'Our answer',
    complain: 'Complaints',
    complainText: (email) =>
      `If something is wrong, reply to this mail, or write to ${email}. You may also complain to:`,
    court: 'You may also take the matter to court.',
    button: 'Open your page',
    life: 'The link works for 30 minutes, and only once. Do not forward it.',
    because: 'You get this mail because you have used a right with us. It holds no advertising.',
    receipt: {
      subject: 'We have received what you asked for',
      lead: 'We have received what you asked for, and will answer by the date below.',
    },
    done: {
      subject: 'What you asked for is done',
      lead: 'What you asked for is done. There is nothing more you need to do.',
    },
    identity: {
      subject: 'Was it you who got in touch?',
      lead: 'Someone, perhaps you, has contacted us and asked for what is written below. Before we do anything we must know that it was you: open your page and confirm it there.',
      notYou: 'If it was not you, there is nothing you need to do. Then nothing happens.',
    },
    extension: {
      subject: 'We need more time for what you asked for',
      lead: 'We cannot answer within one month. The law gives us up to two months more, and the new date is below.',
    },
    refusal: {
      subject: 'We cannot do what you asked for',
      lead: 'We have considered what you asked for, and cannot do it. Our reasons are below.',
      grounds: {
        'not-identified':
          'We cannot see that the data is about you. You may give us more information that shows it.',
        unfounded: 'We consider the request manifestly unfounded.',
        excessive: 'We consider the request excessive, in particular because it is repeated.',
        'law-requires': 'The law requires us to keep the data.',
        'rights-of-others': 'It would harm the rights of others.',
      },
    },
    lifting: {
      subject: 'We want to use your data again',
      lead: 'You asked us only to keep your data. Now we want to lift that restriction. Your choices hold as before, and so does everything you have said no to.',
    },
  },
}
