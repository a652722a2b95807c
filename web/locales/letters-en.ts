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
}
