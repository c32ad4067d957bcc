/** The sentences of the mails. Values are put in as they are; what makes HTML of them escapes them. */
export const mailsEn = {
  linkMade: {
    subject: 'Your account is linked to Discord',
    greeting: (displayName: string) => `Hello ${displayName},`,
    happened: (discordName: string) =>
      `the Discord account “${discordName}” is now linked to you: it can put you on mailing lists and take you off them.`,
    fine: 'If that was you, there is nothing to do.',
    wrong: 'If it wasn’t you, undo it here, and change your password: somebody knew it.',
    button: 'Undo the link',
    validity:
      'This undo link works for seven days. After that, ask your admins, or type /unlink in Discord if that account is yours.',
  },
}

export type MailTexts = typeof mailsEn
