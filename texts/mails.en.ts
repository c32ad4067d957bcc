/** The sentences of the mails. Values are put in as they are; what makes HTML of them escapes them. */
export const mailsEn = {
  linkMade: {
    subject: 'Your account is linked to Discord',
    greeting: (displayName: string) => `Hello ${displayName},`,
    happened: (discordName: string) =>
      `the Discord account “${discordName}” is now linked to you: it can put you on mailing lists and take you off them.`,
    fine: 'If that was you, there is nothing to do.',
    wrong: {
      web: 'If it wasn’t you, undo it here, and change your password: somebody knew it.',
      mail: 'If it wasn’t you, undo it here, and change the password of your mailbox: somebody reads your mail.',
    },
    button: 'Undo the link',
    validity:
      'This undo link works for seven days. After that, ask your admins, or type /unlink in Discord if that account is yours.',
  },
  linkCode: {
    subject: 'Your code for linking Discord',
    greeting: (displayName: string) => `Hello ${displayName},`,
    asked: (discordName: string) =>
      `the Discord account “${discordName}” says that it belongs to you, and asks to be linked to you. If that is so, press “Enter code” in Discord and type these six digits:`,
    does: 'Whoever types them can put you on mailing lists and take you off them. They are good for 15 minutes.',
    linkedElsewhere:
      'Another Discord account is linked to you already. So the code alone changes nothing: we then ask you in Discord, over there, whether the link shall move.',
    neverAsked: 'Nobody of the team will ever ask you for this code. Don’t give it to anybody.',
    notYou:
      'If it wasn’t you, there is nothing to do: without the code nothing happens. If such mails keep coming, tell your admins.',
  },
  moveAsked: {
    subject: 'Shall your link move to another Discord account?',
    greeting: (displayName: string) => `Hello ${displayName},`,
    asked: {
      web: (discordName: string) =>
        `somebody signed in with your password, so that the Discord account “${discordName}” acts for you in place of the one that does now.`,
      mail: (discordName: string) =>
        `somebody typed the code from our mail, so that the Discord account “${discordName}” acts for you in place of the one that does now.`,
    },
    yes: {
      web: 'If that was you, say yes on this page. It first shows what will happen.',
      mail: 'If that was you, say yes in Discord: the account that acts for you now was sent the question. If you can’t use that account any more, type /link in Discord with the new one and sign in on the page: then we ask you here, too.',
    },
    button: 'See what will happen',
    no: {
      web: 'If it wasn’t you, do nothing, then nothing moves. And change your password: somebody knows it.',
      mail: 'If it wasn’t you, do nothing, then nothing moves. And change the password of your mailbox: somebody reads your mail.',
    },
    validity: {
      web: 'The page is good for an hour. The Discord account that acts for you now was asked too: one yes is enough.',
      mail: 'The question is open for an hour. This mail can’t answer it: whoever reads it may not be you.',
    },
  },
  linkedByOperator: {
    subject: 'Your account is linked to Discord',
    greeting: (displayName: string) => `Hello ${displayName},`,
    happened: (discordUserId: string) =>
      `an admin linked the Discord account ${discordUserId} to you: it can put you on mailing lists and take you off them.`,
    check: 'To see whether it is yours, type /whoami in Discord: if it names you, there is nothing to do.',
    wrong: 'If it doesn’t, tell your admins: they end the link.',
  },
}

export type MailTexts = typeof mailsEn
