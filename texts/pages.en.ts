/** The sentences of the pages. Values are put in as they are and escaped by the page. */
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
      'You type it in Discord, behind the button “Enter code”. Only then are you linked. If the directory has an address of your own, a mail tells you so.',
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
    moves:
      'You are linked to another Discord account already. So nothing changes when you type the code: we then ask you whether the link shall move here: in Discord over there, and by mail if the directory has an address of your own.',
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
    address: (right: string) => `This page works at its own address only. Go on at ${right}`,
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
  moving: {
    title: 'One yes is still missing',
    text: 'You are linked to another Discord account, so we asked you whether the link shall move: there, and by mail if the directory has an address of your own. It does as soon as you say yes.',
  },
  move: {
    title: 'Move your link?',
    lead: (displayName: string) => `${displayName}, another Discord account asks to act for you.`,
    asks: 'asks to be linked to you',
    proven: {
      web: 'Whoever uses it signed in with your password.',
      mail: 'Whoever uses it typed the code from our mail to you.',
    },
    stepsTitle: 'What will happen',
    steps: [
      'This account acts for you: it can put you on mailing lists and take you off them.',
      'The account that acted for you until now can’t do that any more, and is told so.',
      'You stay on your lists. If the directory has an address of your own, a mail tells you that it was done.',
    ],
    submit: 'Yes, move my link',
    form: 'This page was open for too long, or your browser blocks cookies. Please say it once more from here.',
    notYou: {
      web: 'Not you? Then close this page: nothing has happened. And change your password: somebody knows it.',
      mail: 'Not you? Then close this page: nothing has happened. And change the password of your mailbox: somebody reads your mail.',
    },
  },
  moved: {
    title: 'Your link has moved',
    text: (discordName: string, wasLinked: boolean) =>
      wasLinked
        ? `The Discord account ${discordName} acts for you now, and the one before doesn’t any more. Each gets a direct message about it, where Discord takes one.`
        : `The Discord account ${discordName} acts for you now, and gets a direct message about it, where Discord takes one. The account before had no link any more.`,
  },
  moveOver: {
    title: 'This question is over',
    text: 'It was answered already, an hour has passed, or something about the link has changed since. To link a Discord account, type /link there.',
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
    text: {
      web: (discordName: string) =>
        `The Discord account ${discordName} can’t act for you any more, and is told so. If you didn’t link it yourself, change your password: somebody knew it.`,
      mail: (discordName: string) =>
        `The Discord account ${discordName} can’t act for you any more, and is told so. If you didn’t link it yourself, change the password of your mailbox: somebody reads your mail.`,
    },
  },
  nothingToUndo: {
    title: 'There is nothing to undo',
    text: 'This link has ended already, or the mail is older than seven days. To end a link at any time, type /unlink in Discord with the account that is linked, or ask your admins.',
  },
  login: {
    title: 'Sign in',
    lead: 'With the user name and the password that you have in the directory.',
    submit: 'Sign in',
    note: 'Your password goes to the directory only, and nobody keeps it. To link your Discord account, type /link in Discord: it gives you the page for that.',
  },
  signedOut: {
    title: 'You are signed out',
    text: 'Nothing of yours is left in this browser. Subscriptions and your Discord account stay as they are.',
    again: 'Sign in again',
  },
  gone: {
    title: 'You are not in the directory any more',
    text: 'So there is nothing that you could change here. If that is wrong, ask your admins.',
  },
  account: {
    title: 'Your account',
    admin: 'admin',
    signOut: 'Sign out',
    done: {
      session: 'That browser is signed out.',
      others: 'You are signed out everywhere else.',
      token: 'The token is revoked: whatever used it is refused from now on.',
      notifications: 'Saved: from now on you are told what you chose.',
    },
    discord: {
      title: 'Discord',
      since: 'Linked to you since',
      account: (discordUserId: string) => `Account ${discordUserId}`,
      unlink: 'To end the link, type /unlink in Discord. You stay on your lists.',
      notLinked: 'No Discord account is linked to you.',
      how: 'Type /link in Discord: it opens a page where you sign in once, and then Discord knows you.',
    },
    sessions: {
      title: 'Where you are signed in',
      browserOn: (browser: string | null, system: string | null) => {
        const name = browser ?? 'Another program'
        return system === null ? name : `${name} on ${system}`
      },
      this: 'this browser',
      signedIn: 'Signed in on',
      from: (network: string | null) =>
        network === null ? 'from a network that is not known' : `from the network ${network}`,
      seen: 'Last used on',
      end: 'End',
      endLabel: (name: string) => `End the session of ${name}`,
      endOthers: 'Sign out everywhere else',
      onlyThis: 'You are signed in with this browser only.',
    },
    tokens: {
      title: 'Personal API tokens',
      lead: 'For your own programs: a token acts as you, as far as its scopes allow.',
      reference: 'What the API can do',
      expires: 'Expires on',
      used: 'Last used on',
      neverUsed: 'Never used',
      revoke: 'Revoke',
      revokeLabel: (name: string) => `Revoke the token ${name}`,
      make: 'Make a token',
      name: 'Name',
      nameHint: 'What it is for, so that you know it again.',
      scopes: 'It may',
      scopeMeanings: {
        read: 'see what you see',
        subscriptions: 'subscribe and unsubscribe you, and choose what you are told',
        notices: 'send notices',
        admin: 'do what you do as an admin',
      },
      days: 'Days until it expires (1 to 365)',
      submit: 'Make the token',
      problems: {
        name: 'Give the token a name of at most 100 characters.',
        scopes: 'Choose at least one thing that the token may do.',
        days: 'Say for how many days: a whole number from 1 to 365.',
        taken: 'You have a token with this name already. Revoke it first, or choose another name.',
        tooMany: 'You have as many tokens as one person can have. Revoke one that you don’t need.',
        refused: 'You may not make a token like this. Choose less for it, and try again.',
      },
    },
    notifications: {
      title: 'What you are told',
      lead: 'By direct message in Discord, or by mail if that can’t reach you.',
      legend: 'Tell me when',
      kinds: {
        'added-or-removed': 'an admin, an owner or another tool puts me on a list or takes me off',
        decided: 'a request of mine is approved or denied',
        failed: 'a request of mine failed',
        asked: 'somebody asks to join a list that I own',
      },
      always: 'What happens to the link of your account is always told: that keeps it yours.',
      submit: 'Save',
    },
    newToken: {
      title: 'Here is your token',
      lead: (name: string) => `It is called “${name}”.`,
      keep: 'Copy it now: it is shown only this once. Whoever has it can act as you, so keep it like a password.',
      use: 'Try it',
      expires: 'It expires on',
      back: 'Back to your account',
    },
    data: {
      title: 'Your data',
      text: 'Everything that guildpost knows about you is yours to see, and what the directory doesn’t need you can have deleted.',
      download: 'Download my data',
      forget: 'Forget me …',
    },
  },
  forget: {
    title: 'Shall guildpost forget you?',
    text: 'This can’t be undone, and signs you out everywhere.',
    goesTitle: 'What is deleted',
    goes: [
      'the link to your Discord account, so that Discord doesn’t know you any more',
      'where you are signed in, and your API tokens',
      'what you asked for, and the mails and messages that told you about it',
      'what an admin gave you here, like a list to look after',
    ],
    staysTitle: 'What stays',
    stays: [
      'you in the directory, and the lists that you are on: those are the directory’s own',
      'the record of what was done, which has numbers in place of names',
      'if an operator took your rights as an admin, that',
    ],
    open: (lists: readonly string[]) =>
      `Something that you asked for is still on its way (${lists.join(', ')}). Wait until it is done, or take it back, and come again.`,
    submit: 'Yes, forget me',
    back: 'No, back to my account',
  },
  forgotten: {
    title: 'guildpost has forgotten you',
    text: 'You are signed out everywhere, and no Discord account is linked to you. You are on your lists as before; sign in or type /link in Discord whenever you want to come back.',
  },
  lost: {
    title: 'There is nothing at this address',
    text: 'Part of it may be missing: links from a mail can break in two. Those from Discord are made anew with /link.',
    home: 'To your account',
  },
  failed: {
    title: 'Something went wrong',
    text: 'It was our fault, not yours. Please try again in a minute; if it stays, tell your admins.',
    badInput: 'What was sent can’t be read. Please go back, and type it again.',
    notOurForm:
      'This page was too old, or something else sent it for you, so nothing was done. Please go back, load it anew, and try again.',
    tooMany: (seconds: number) =>
      `Too many requests came from your network. Please try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`,
    away: 'Something that this page needs is away at the moment. Please try again in a minute.',
  },
}

export type PageTexts = typeof pagesEn
