/** The sentences of the pages where people sign in. Values are put in as they are and escaped by the page. */
export const pagesEn = {
  otherLanguage: '中文（台灣）',
  footer: 'guildpost keeps mailing lists and groups in step with Discord.',

  link: {
    title: 'Link your Discord account',
    lead: 'Sign in once, and Discord knows who you are in the directory.',
    asks: 'asks to be linked to you',
    stepsTitle: 'What will happen',
    steps: [
      'You sign in here. Your password goes to the directory only: never to Discord, and nobody keeps it.',
      'You get a six-digit code.',
      'You type it in Discord, behind the button “Enter code”. Only then are you linked, and a mail tells you so.',
    ],
    notYou: 'Not your Discord account? Then close this page: nothing has happened.',
    username: 'User name',
    password: 'Password',
    submit: 'Sign in and show my code',
  },
  code: {
    title: 'Here is your code',
    lead: (displayName: string) => `Hello, ${displayName}! One step is left.`,
    label: 'Your code',
    next: 'Go back to Discord, press “Enter code” and type these six digits. They are good for 10 minutes and shown only once.',
    keep: (discordName: string) =>
      `Only ${discordName} can use this code. If somebody asks you to send it to them, don’t: they would act in your name.`,
  },
  refused: {
    password: 'User name and password don’t match. Check both and try again.',
    empty: 'Type your user name and your password.',
    tooMany: (minutes: number) =>
      minutes === 1
        ? 'That was too many tries. Please wait a minute, then try again.'
        : `That was too many tries. Please wait ${minutes} minutes, then try again.`,
    away: 'The directory doesn’t answer at the moment, so you can’t sign in. Your account is fine; please try again in a minute.',
    unknown:
      'Your password is right, but guildpost doesn’t know you yet: it reads the directory every few minutes. Please try again in a minute or two.',
    form: 'This page was open for too long, or your browser blocks cookies. Please sign in again from here.',
  },
  over: {
    title: 'This link is no longer valid',
    text: 'It works for ten minutes, and a newer one replaces it. Go back to Discord and type /link for a new one.',
  },
  shown: {
    title: 'Your code was shown already',
    text: 'Go back to Discord, press “Enter code” and type it. If you don’t have it any more, type /link and begin anew.',
  },
  finished: {
    title: 'This link has been used',
    text: 'The Discord account is linked; there is nothing left to do here. In Discord, /whoami shows to whom.',
  },
  accountLinked: {
    title: 'This Discord account is linked already',
    text: 'In Discord, /whoami shows to whom. To link it to another person, type /unlink first, then /link again.',
  },
  personLinked: {
    title: 'You are linked to another Discord account',
    text: 'To move your link here, type /unlink in Discord with that other account, then /link again with this one. If you can’t use it any more, ask your admins.',
  },
  elsewhere: {
    title: 'This page was opened in another browser',
    text: 'Go on there. If that wasn’t you, nothing has happened: type /link in Discord for a new link, and don’t pass it on.',
  },
  undo: {
    title: 'Undo this link?',
    text: (discordName: string, displayName: string) =>
      `The Discord account ${discordName} acts for ${displayName}. If that isn’t what you want, end it here.`,
    stays: 'You stay on your lists.',
    submit: 'Yes, undo the link',
  },
  undone: {
    title: 'The link is undone',
    text: (discordName: string) =>
      `The Discord account ${discordName} can’t act for you any more. If you didn’t link it yourself, change your password: somebody knew it.`,
  },
  nothingToUndo: {
    title: 'There is nothing to undo',
    text: 'This link has ended already, or the mail is older than seven days. To end a link at any time, type /unlink in Discord with the account that is linked, or ask your admins.',
  },
  failed: {
    title: 'Something went wrong',
    text: 'It was our fault, not yours. Please try again in a minute; if it stays, tell your admins.',
    badInput: 'What was sent can’t be read. Please go back, and type it again.',
    away: 'Something that this page needs is away at the moment. Please try again in a minute.',
  },
}

export type PageTexts = typeof pagesEn
