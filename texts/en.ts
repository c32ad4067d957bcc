/**
 * Every sentence for people in Discord. `{{name}}` is a value, made harmless for Markdown; `{{- name}}` is put in as it
 * is; `{{- /link}}` is a command that can be clicked. `command.` and `option.` texts are limited to 100 characters,
 * `button.` to 80, `modal.` to 45.
 */
export const en = {
  'command.subscribe': 'Join a mailing list',
  'command.unsubscribe': 'Leave a mailing list',
  'command.subscriptions': 'See all lists, and change several at once',
  'command.link': 'Link your Discord account to your directory account',
  'command.unlink': 'Undo the link between your Discord account and your directory account',
  'command.whoami': 'See which directory account you act for',
  'command.help': 'What I can do, and where to begin',
  'option.subscribe.list': 'The list you want to be on; type a few letters to search',
  'option.unsubscribe.list': 'The list you want to leave; type a few letters to search',

  'button.startLink': 'Link my account',
  'button.openPage': 'Open the sign-in page',
  'button.enterCode': 'Enter code',
  'button.showLists': 'Show my lists',
  'button.withdraw': 'Withdraw my request',
  'button.previous': '◀ Previous',
  'button.next': 'Next ▶',
  'button.unlink': 'Yes, unlink',
  'button.keep': 'Keep the link',
  'modal.code.title': 'Enter the code',
  'modal.code.label': 'The six digits from the page',
  'placeholder.lists': 'Tick every list that you want to be on',
  'choice.notLinked': 'Link your account first: press Enter and I’ll show you how',

  'done.subscribe': '✅ You’re on **{{list}}** now.',
  'done.unsubscribe': '✅ You’re off **{{list}}** now.',
  'already.subscribe': '✅ You’re already on **{{list}}**. Nothing to do.',
  'already.unsubscribe': '✅ You weren’t on **{{list}}**, so there’s nothing to do.',
  'proof.modified.subscribe': '-# Proven by the directory: version {{version}}, added just now',
  'proof.modified.unsubscribe': '-# Proven by the directory: version {{version}}, removed just now',
  'proof.found': '-# Proven by the directory: version {{version}}, it was so already',
  'waiting.subscribe':
    '⏳ Accepted: you’ll be on **{{list}}**. The directory hasn’t answered yet; I’ll tell you here.',
  'waiting.unsubscribe':
    '⏳ Accepted: you’ll be off **{{list}}**. The directory hasn’t answered yet; I’ll tell you here.',
  'late.subscribe':
    '⏳ Your request to join **{{list}}** is safe, but the directory hasn’t answered yet. I’ll let you know by message or mail when it has.',
  'late.unsubscribe':
    '⏳ Your request to leave **{{list}}** is safe, but the directory hasn’t answered yet. I’ll let you know by message or mail when it has.',
  'approval.subscribe':
    '📝 **{{list}}** takes new members by approval. Your request has been handed in; I’ll tell you as soon as it’s decided.',
  'approval.unsubscribe':
    '📝 Leaving **{{list}}** waits for approval. Your request has been handed in; I’ll tell you as soon as it’s decided.',
  'observe.subscribe':
    '👀 I’m only observing at the moment, so nothing is written to the directory. To put you on **{{list}}** I would write the lines below. Your request is kept until writing is switched on.',
  'observe.unsubscribe':
    '👀 I’m only observing at the moment, so nothing is written to the directory. To take you off **{{list}}** I would write the lines below. Your request is kept until writing is switched on.',
  'superseded.subscribe':
    '↩️ You changed your mind about joining **{{list}}**: your newer request took its place.',
  'superseded.unsubscribe':
    '↩️ You changed your mind about leaving **{{list}}**: your newer request took its place.',
  'cancelled.subscribe':
    '↩️ Your request to join **{{list}}** was withdrawn. Nothing has changed; {{- /subscribe}} if you want it after all.',
  'cancelled.unsubscribe':
    '↩️ Your request to leave **{{list}}** was withdrawn. Nothing has changed; {{- /unsubscribe}} if you want it after all.',
  'denied.subscribe':
    '🚫 Your request to join **{{list}}** was not approved. If you think that’s a mistake, talk to the list’s owners.',
  'denied.unsubscribe':
    '🚫 Your request to leave **{{list}}** was not approved. If you think that’s a mistake, talk to the list’s owners.',
  'expired.subscribe':
    '⌛ Nobody decided on your request to join **{{list}}** in time. You can ask again with {{- /subscribe}}.',
  'expired.unsubscribe':
    '⌛ Nobody decided on your request to leave **{{list}}** in time. You can ask again with {{- /unsubscribe}}.',
  'failed.LIST_GONE':
    '⚠️ **{{list}}** was deleted before I got to it. See what there is with {{- /subscriptions}}.',
  'failed.MEMBER_GONE':
    '⚠️ Your account is no longer in the directory, so I couldn’t change **{{list}}**. Please ask your admins; if you have a new account, {{- /unlink}} and then {{- /link}} it.',
  'failed.ADDRESS_SHARED':
    '⚠️ Your mail address belongs to somebody else in the directory as well, so I couldn’t tell you apart on **{{list}}**. Please ask your admins to give you an address of your own.',
  'failed.NO_ADDRESS':
    '⚠️ The directory has no mail address for you, and **{{list}}** needs one. Please ask your admins to enter it, then try again.',
  'failed.ADDRESS_NOT_ASCII':
    '⚠️ **{{list}}** can only hold plain ASCII mail addresses, and yours has other characters. Please ask your admins for another address.',
  'failed.NO_UID':
    '⚠️ The directory has no user name for you, and **{{list}}** needs one. Please ask your admins to enter it, then try again.',
  'failed.DIRECTORY_REFUSED':
    '⚠️ The directory refused to change **{{list}}**, so nothing has changed. The admins can see why; please ask them, then try again.',
  'failed.other':
    '⚠️ I couldn’t change **{{list}}**, so nothing has changed. Please try again, or ask your admins.',

  'several.accepted': '⏳ Accepted. The directory hasn’t answered for all of them yet; I’ll tell you here.',
  'several.late':
    '⏳ The directory hasn’t answered for all of them yet. Your requests are safe; I’ll let you know by message or mail.',
  'several.nothing': 'Nothing was different, so nothing was changed.',
  'lists.heading': '**Lists: {{total}}, and you’re on {{on}} of them.**',
  'lists.page': '-# Page {{page}} of {{pages}}',
  'lists.none': 'There are no lists that you may see yet. Ask your admins when they expect the first one.',
  'lists.on': '✅ **{{list}}** {{title}}',
  'lists.off': '▫️ {{list}} {{title}}',
  'lists.joining': '⏳ {{list}} (joining) {{title}}',
  'lists.leaving': '⏳ **{{list}}** (leaving) {{title}}',
  'lists.asking': '📝 {{list}} (waits for approval) {{title}}',
  'lists.legend':
    '-# ✅ on it · ▫️ not on it · ⏳ on its way · 📝 waits for approval. Tick lists below to change them.',
  'lists.tooLong':
    '-# {{count}} with a name too long for the menu; change those with {{- /subscribe}} and {{- /unsubscribe}}.',

  'link.begin':
    '🔗 **Let’s link your account.**\n1. Open the sign-in page and sign in with your directory account.\n2. It shows you six digits. Come back here and press **Enter code**.\n-# Your password never goes through Discord. The page is good until {{- until}}; it’s only for you, don’t pass it on.',
  'link.done':
    '👋 Hello, {{displayName}}! This Discord account now acts for **{{username}}**.\nNext: see all lists with {{- /subscriptions}}, or join one with {{- /subscribe}}.',
  'link.already':
    '🔗 This Discord account is linked already: {{- /whoami}} tells you to whom. To link another account, {{- /unlink}} first.',
  'link.personTaken':
    '🔗 That directory account is linked to another Discord account. To move it here, use {{- /unlink}} over there first. If you can’t any more, ask your admins.',
  'link.codeShape': '✏️ The code is six digits, like 123456. Press **Enter code** to try again.',
  'link.codeWrong':
    '❌ That isn’t the code on the page. Tries left: {{tries}}. Press **Enter code** to try again.',
  'link.notProven':
    '🔗 First open the sign-in page and sign in: it shows the code. Then press **Enter code** again.',
  'link.codeSpent': '❌ That wasn’t the code either, and that was the last try. Please begin anew.',
  'link.codeExpired': '⌛ There’s no code waiting for you; it may have expired. Please begin anew.',
  'link.memberGone':
    '⚠️ The account that you signed in with is no longer in the directory. Please ask your admins; with another account, begin anew.',
  'link.notLinked':
    '🔗 I don’t know yet who you are in the directory. Link your account once (it takes a minute), then try again.',
  'unlink.ask':
    'You’re linked to **{{username}}**. Unlink this Discord account?\nYou stay on your lists. To change them from Discord you’d have to {{- /link}} again.',
  'unlink.askGone':
    'The account you’re linked to is no longer in the directory. Unlink this Discord account? Then you can {{- /link}} another one.',
  'unlink.done': '👋 Unlinked. You’re still on your lists. You can {{- /link}} again at any time.',
  'unlink.kept': '👍 Nothing has changed: you’re still linked.',
  'unlink.notLinked': 'This Discord account isn’t linked to anybody, so there’s nothing to undo.',
  'whoami.member': '👤 You’re **{{displayName}}** ({{username}}) in the directory.',
  'whoami.admin': '👤 You’re **{{displayName}}** ({{username}}) in the directory, and an admin here.',
  'whoami.lists': 'You’re on {{on}} of {{total}} lists: see them with {{- /subscriptions}}.',
  'help.heading': '**I keep the mailing lists. Only you can see what we say here.**',
  'help.link': '🔗 {{- /link}} first: it takes a minute and tells me who you are in the directory.',
  'help.subscriptions': '📋 {{- /subscriptions}} shows every list; change several at once.',
  'help.subscribe': '➕ {{- /subscribe}} puts you on a list, {{- /unsubscribe}} takes you off.',
  'help.whoami': '👤 {{- /whoami}} tells which account you act for, {{- /unlink}} undoes the link.',
  'help.proof': '-# I only say “done” when the directory itself says so.',

  'refused.LIST_NOT_FOUND':
    '🔎 There’s no list called **{{list}}**. See what there is with {{- /subscriptions}}.',
  'refused.didYouMean': 'Did you mean {{- names}}?',
  'refused.LIST_CLOSED':
    '🔒 **{{list}}** is closed: its owners decide who is on it. Please ask them to add you.',
  'refused.LIST_DELETING': '🗑️ **{{list}}** is being deleted, so it can’t be changed any more.',
  'refused.several':
    '🔒 Nothing was changed, because at least one of these lists can’t be joined (it’s closed, or gone). Please choose fewer at a time.',
  'refused.MIRROR_MISSING':
    '⏳ I’ve only just started and am still reading the directory. Try again {{- when}}.',
  'refused.MEMBER_GONE':
    '⚠️ The account you’re linked to is no longer in the directory. Please ask your admins; if you have a new one, {{- /unlink}} and then {{- /link}} it.',
  'refused.TOO_MANY_REQUESTS': '🐢 That was a lot at once. You can go on {{- when}}; nothing was changed.',
  'refused.UNAVAILABLE':
    '⏳ I can’t do that just now. Please try again {{- when}}: asking again does no harm.',
  'refused.PERMISSION_DENIED': '🔒 You may not do that. If you think you should, ask your admins.',
  'refused.NOT_FOUND': '🔎 That isn’t there any more. See where things stand with {{- /subscriptions}}.',
  'refused.CONFLICT': '↩️ That has been decided already. See where things stand with {{- /subscriptions}}.',
  'refused.away':
    '🔌 I can’t reach the list service right now, so nothing has changed. Please try again in a minute.',
  'refused.awayMaybe':
    '🔌 The list service didn’t answer in time, so I can’t say whether your request got through. Asking again does no harm: please look with {{- /subscriptions}} in a minute.',
  'refused.otherServer': 'I only work in the server that I belong to. Please use me over there.',
  'refused.staleCommand': '↩️ I don’t know this command any more. {{- /help}} shows those that I know.',
  'refused.stale':
    '↩️ I no longer know this button. Please use the command again: {{- /help}} shows them all.',
  crash:
    '😖 Sorry, something broke on my side. Please try again; if it happens again, give your admins this number:\n-# {{- id}}',
} as const
