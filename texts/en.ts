import { alertsEn } from './alerts.en.ts'
import { incidentsEn } from './incidents.en.ts'
import { managingEn } from './managing.en.ts'
import { noticesEn } from './notices/en.ts'
import { githubEn } from './notices/github.en.ts'
import { newsEn } from './news.en.ts'
import { routingEn } from './routing.en.ts'

/**
 * Every sentence for people in Discord. `{{name}}` is a value, made harmless for Markdown; `{{- name}}` is put in as it
 * is; `{{- /link}}` is a command that can be clicked. `command.` and `option.` texts are limited to 100 characters,
 * `button.` to 80, `modal.` to 45.
 */
export const en = {
  ...managingEn,
  ...alertsEn,
  ...incidentsEn,
  ...noticesEn,
  ...githubEn,
  ...newsEn,
  ...routingEn,
  'command.subscribe': 'Join a mailing list',
  'command.unsubscribe': 'Leave a mailing list',
  'command.subscriptions': 'See all lists, and change several at once',
  'command.link': 'Link your Discord account to your directory account',
  'command.unlink': 'Undo the link between your Discord account and your directory account',
  'command.whoami': 'See which directory account you act for',
  'command.whois': 'For admins: see who somebody is in the directory',
  'command.privacy': 'See what is held about you, or have it deleted',
  'command.lists': 'See what a list is for; for owners and admins: manage it',
  'command.status': 'For admins: how everything is going',
  'command.help': 'What I can do, and where to begin',
  'option.subscribe.list': 'The list you want to be on; type a few letters to search',
  'option.unsubscribe.list': 'The list you want to leave; type a few letters to search',
  'option.link.method': 'How you show who you are; by signing in on a page if you don’t choose',
  'option.link.username': 'Your user name in the directory, for a code by mail',
  'option.unlink.user': 'For admins: whose link is to end',
  'option.whois.user': 'Whom you want to know about',
  'choice.link.web': 'Sign in on a page, with my password',
  'choice.link.mail': 'Get a code by mail, and tell my user name',
  'option.privacy.export': 'Where you get a copy of everything that is held about you',
  'option.privacy.forget': 'Have everything about you deleted that isn’t the directory’s own',
  'option.lists.info': 'See what a list is for, and who may join it',
  'option.lists.create': 'For admins: make a new list in the directory',
  'option.lists.edit': 'For owners and admins: change a list; what you leave out stays as it is',
  'option.lists.delete': 'For admins: delete a list from the directory',
  'option.lists.members': 'For owners and admins: see who is on a list',
  'option.lists.add': 'For owners and admins: put somebody on a list',
  'option.lists.remove': 'For owners and admins: take somebody off a list',
  'option.lists.list': 'Which list; type a few letters to search',
  'option.lists.name': 'What it is called: letters, digits and dashes, 64 at most',
  'option.lists.newName': 'For admins: a new name, of letters, digits and dashes, 64 at most',
  'option.lists.description': 'What it is for, in a sentence',
  'option.lists.newDescription': 'What it is for, in a sentence; - for none',
  'option.lists.join': 'Who may join it by themselves',
  'option.lists.newJoin': 'Who may join it by themselves; nobody if you don’t choose',
  'option.lists.hidden': 'For admins: whether only those who are on it, its owners and admins can see it',
  'option.lists.drift': 'For admins: what becomes of edits that other tools make in the directory',
  'option.lists.search': 'Only those whose name or user name has these letters',
  'option.lists.user': 'Who it is about, if their Discord account is linked',
  'option.lists.username': 'Or their user name in the directory',
  'choice.join.open': 'Everybody may join',
  'choice.join.approval': 'Everybody may ask, an owner or admin decides',
  'choice.join.closed': 'Nobody; owners and admins put people on it',
  'choice.drift.adopt': 'They count, without a word',
  'choice.drift.report': 'They count, and admins are told and can undo them',

  'button.startLink': 'Link my account',
  'button.openPage': 'Open the sign-in page',
  'button.enterCode': 'Enter code',
  'button.pageInstead': 'Sign in on a page instead',
  'button.decideMove': 'See what will happen',
  'button.showLists': 'Show my lists',
  'button.withdraw': 'Withdraw my request',
  'button.previous': '◀ Previous',
  'button.next': 'Next ▶',
  'button.unlink': 'Yes, unlink',
  'button.unlinkOther': 'Yes, end the link',
  'button.keep': 'Keep the link',
  'button.openAccount': 'Open my account page',
  'button.forgetThere': 'Open that page',
  'button.forget': 'Yes, forget me',
  'button.dontForget': 'No, keep everything',
  'button.deleteList': 'Delete it …',
  'button.keepList': 'Keep it',
  'modal.code.title': 'Enter the code',
  'modal.code.label': 'The six digits from the page or the mail',
  'modal.deleteList.title': 'Delete a list',
  'modal.deleteList.label': 'Type the list’s name to delete it',
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
  'observe.nothing.subscribe':
    '👀 I’m only observing at the moment, so nothing is written to the directory. You’re on **{{list}}** there as far as I can see, but an earlier write may still be under way. Your request is kept until writing is switched on; then I make sure.',
  'observe.nothing.unsubscribe':
    '👀 I’m only observing at the moment, so nothing is written to the directory. You’re off **{{list}}** there as far as I can see, but an earlier write may still be under way. Your request is kept until writing is switched on; then I make sure.',
  'observe.lines': 'I would write:',
  'superseded.own.subscribe':
    '↩️ You changed your mind about joining **{{list}}**: your newer request took its place.',
  'superseded.own.unsubscribe':
    '↩️ You changed your mind about leaving **{{list}}**: your newer request took its place.',
  'superseded.other.subscribe':
    '↩️ After you asked to join **{{list}}**, an admin or owner decided about your place there: that took the place of your request. {{- /subscriptions}} shows how it is; if it isn’t right, ask your admins.',
  'superseded.other.unsubscribe':
    '↩️ After you asked to leave **{{list}}**, an admin or owner decided about your place there: that took the place of your request. {{- /subscriptions}} shows how it is; if it isn’t right, ask your admins.',
  'superseded.unknown.subscribe':
    '↩️ A newer request about you and **{{list}}** took the place of the one to join. {{- /subscriptions}} shows how it is.',
  'superseded.unknown.unsubscribe':
    '↩️ A newer request about you and **{{list}}** took the place of the one to leave. {{- /subscriptions}} shows how it is.',
  'cancelled.subscribe':
    '↩️ Your request to join **{{list}}** was withdrawn. Nothing has changed; {{- /subscribe}} if you want it after all.',
  'cancelled.unsubscribe':
    '↩️ Your request to leave **{{list}}** was withdrawn. Nothing has changed; {{- /unsubscribe}} if you want it after all.',
  'denied.subscribe':
    '🚫 Your request to join **{{list}}** was not approved. If you think that’s a mistake, ask its owners or your admins.',
  'denied.unsubscribe':
    '🚫 Your request to leave **{{list}}** was not approved. If you think that’s a mistake, ask its owners or your admins.',
  'denied.reason': '-# The reason given: {{reason}}',
  'expired.subscribe':
    '⌛ Nobody decided on your request to join **{{list}}** in time. You can ask again with {{- /subscribe}}.',
  'expired.unsubscribe':
    '⌛ Nobody decided on your request to leave **{{list}}** in time. You can ask again with {{- /unsubscribe}}.',
  'failed.LIST_GONE':
    '⚠️ **{{list}}** was deleted before I got to it. See what there is with {{- /subscriptions}}.',
  'failed.LIST_UNMANAGED':
    '↩️ **{{list}}** isn’t looked after here any more, so nothing has changed. Please ask your admins about it.',
  'failed.MEMBER_GONE':
    '⚠️ Your account is no longer in the directory, so I couldn’t change **{{list}}**. Please ask your admins; if you have a new account, {{- /unlink}} and then {{- /link}} it.',
  'failed.ADDRESS_SHARED':
    '⚠️ Your mail address belongs to somebody else in the directory as well, so I couldn’t tell you apart on **{{list}}**. Please ask your admins to give you an address of your own.',
  'failed.NO_ADDRESS':
    '⚠️ The directory has no mail address for you, and **{{list}}** needs one. Please ask your admins to enter it, then try again.',
  'failed.ADDRESS_NOT_ASCII':
    '⚠️ **{{list}}** can only hold plain ASCII mail addresses, and yours has other characters. Please ask your admins for another address.',
  'failed.USERNAME_SHARED':
    '⚠️ Your user name belongs to somebody else in the directory as well, so I couldn’t tell you apart on **{{list}}**. Please ask your admins to give you one of your own.',
  'failed.DIRECTORY_REFUSED':
    '⚠️ The directory refused to change **{{list}}**, so nothing has changed. The admins can see why; please ask them, then try again.',
  'failed.other':
    '⚠️ I couldn’t change **{{list}}**, so nothing has changed. Please try again, or ask your admins.',

  'several.accepted': '⏳ Accepted. The directory hasn’t answered for all of them yet; I’ll tell you here.',
  'several.late':
    '⏳ The directory hasn’t answered for all of them yet. Your requests are safe; I’ll let you know by message or mail.',
  'several.more': '… and {{count}} more for which there’s no room here: I’ll tell you by message or mail.',
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
  'link.codeShape': '✏️ The code is six digits, like 123456. Press **Enter code** to try again.',
  'link.codeWrong': '❌ That isn’t the code. Tries left: {{tries}}. Press **Enter code** to try again.',
  'link.notProven':
    '🔗 First open the sign-in page and sign in: it shows the code. Then press **Enter code** again.',
  'link.codeSpent': '❌ That wasn’t the code either, and that was the last try. Please begin anew.',
  'link.codeExpired': '⌛ There’s no code waiting for you; it may have expired. Please begin anew.',
  'link.memberGone':
    '⚠️ The account that you wanted to link is no longer in the directory. Please ask your admins; with another account, begin anew.',
  'link.mailBegin':
    '📬 If **{{username}}** is in the directory with a mail address, six digits are on their way there. Press **Enter code** and type them.\n-# They’re good until {{- until}}. For your safety I don’t say whether the name exists. No mail? Check the name and your spam folder, or sign in on a page instead.',
  'link.mailNeedsName':
    '✏️ For a code by mail I need your user name in the directory: {{- /link}} with `method:mail` and `username:` filled in. Or sign in on a page, then I find out myself.',
  'link.mailSpent':
    '❌ That wasn’t the code either, and that was the last try. You can begin again {{- when}}.',
  'link.paused': '🐢 Those were too many wrong codes. You can begin again {{- when}}; nothing was changed.',
  'link.moving.discord':
    '🔗 The code is right, but **{{username}}** is linked to another Discord account. I’ve asked there, by direct message, whether the link shall move here: say yes until {{- until}}, and this account is linked at once. Until then nothing changes.\n-# If you can’t use that account any more, {{- /link}} again and sign in on the page: then I ask by mail too, if the directory has an address of your own. Else ask your admins.',
  'link.moving.both':
    '🔗 The code is right, but **{{username}}** is linked to another Discord account. I’ve asked there, by direct message, and at your mail address in the directory, whether the link shall move here: say yes in one of them until {{- until}}, and this account is linked at once. Until then nothing changes.\n-# If you can’t read either, ask your admins.',
  'link.stillMoving':
    '🔗 You’ve typed the code already. What’s missing is your yes: it was asked for in your other Discord account, and by mail too if you signed in on the page and have an address of your own. If nothing came, begin anew or ask your admins.',
  'link.adminByPage':
    '-# You’re an admin. A code from the mail doesn’t carry that over to Discord: for it, {{- /unlink}}, then {{- /link}} again by signing in on the page.',
  'link.notLinked':
    '🔗 I don’t know yet who you are in the directory. Link your account once (it takes a minute), then try again.',
  'unlink.ask':
    'You’re linked to **{{username}}**. Unlink this Discord account?\nYou stay on your lists. To change them from Discord you’d have to {{- /link}} again.',
  'unlink.askGone':
    'The account you’re linked to is no longer in the directory. Unlink this Discord account? Then you can {{- /link}} another one.',
  'unlink.done': '👋 Unlinked. You’re still on your lists. You can {{- /link}} again at any time.',
  'unlink.kept': '👍 Nothing has changed: you’re still linked.',
  'unlink.notLinked': 'This Discord account isn’t linked to anybody, so there’s nothing to undo.',
  'unlink.askOther':
    '{{- account}} is linked to **{{displayName}}** ({{username}}). End that link? They stay on their lists, and are told by direct message.',
  'unlink.doneOther':
    '👋 {{- account}} isn’t linked to anybody any more, and is told so. They can {{- /link}} again at any time.',
  'whois.linked':
    '👤 {{- account}} is **{{displayName}}** ({{username}}) in the directory, linked {{- when}}.',
  'whois.method.web': '-# Proven by signing in with the password.',
  'whois.method.mail': '-# Proven by a code from the mail; such a link carries no admin rights.',
  'whois.method.operator': '-# Linked by an operator at the machine.',
  'whois.method.import': '-# Imported from a file; such a link carries no admin rights.',
  'whois.gone': '⚠️ They are no longer in the directory, so their link ends soon by itself.',
  'whois.notLinked': '{{- account}} isn’t linked to anybody.',
  'notice.moveAsked.web':
    '🔗 **Shall your link move?** Somebody signed in with the directory password of **{{displayName}}**, so that the Discord account **{{discordName}}** acts for you in place of this one. If that was you, say yes on the page below, until {{- until}}.\nIf it wasn’t you, do nothing, then nothing moves. And change your password: somebody knows it.',
  'notice.moveAsked.mail':
    '🔗 **Shall your link move?** Somebody typed the code from our mail to **{{displayName}}**, so that the Discord account **{{discordName}}** acts for you in place of this one. If that was you, say yes on the page below, until {{- until}}.\nIf it wasn’t you, do nothing, then nothing moves. And change the password of your mailbox: somebody reads your mail.',
  'notice.movedAway.web':
    '👋 Your link has moved: the Discord account **{{discordName}}** acts for **{{displayName}}** now, this one doesn’t any more. If that wasn’t you, somebody knows your password: change it, undo this with the mail about it (if there is an address of your own), and tell your admins.',
  'notice.movedAway.mail':
    '👋 Your link has moved: the Discord account **{{discordName}}** acts for **{{displayName}}** now, this one doesn’t any more. If that wasn’t you, somebody reads your mail: change the password of your mailbox, undo this with the mail about it, and tell your admins.',
  'notice.undone':
    '🔗 The link of this Discord account was undone, with the mail that had told of it. Lists stay as they are. If that wasn’t you, somebody reads your mail: change the password of your mailbox, tell your admins, then {{- /link}} again.',
  'notice.forgotten':
    '🔗 This Discord account isn’t linked any more: somebody who was signed in as you in a browser had your data deleted. Lists stay as they are. If that wasn’t you, somebody knows your password: change it, tell your admins, then {{- /link}} again.',
  'notice.movedHere':
    '👋 The link has moved here: this Discord account acts for **{{username}}** now. See all lists with {{- /subscriptions}}.',
  'notice.unlinkedByAdmin':
    '🔗 An admin has ended the link between this Discord account and **{{username}}**. You stay on your lists. If you don’t know why, ask your admins.',
  'notice.leaving':
    '⚠️ **{{username}}** is no longer in the directory, so the link of this Discord account ends on {{- when}}. If you’ve left, there’s nothing to do. If that’s a mistake, ask your admins before then, and everything stays as it is.',
  'whoami.member': '👤 You’re **{{displayName}}** ({{username}}) in the directory.',
  'whoami.admin': '👤 You’re **{{displayName}}** ({{username}}) in the directory, and an admin here.',
  'whoami.lists': 'You’re on {{on}} of {{total}} lists: see them with {{- /subscriptions}}.',
  'privacy.export':
    '📦 A copy of everything that’s held about you is yours to download. It’s only given out in a browser, to whoever signs in as you: open your account page and choose **Download my data**.',
  'privacy.ask':
    '🗑️ **Shall I forget you?** This can’t be undone.\n**Goes:** the link of this Discord account and your role, every place where you’re signed in, your API tokens, your ended requests, messages and mails to you, and what admins gave you here (lists that you own by their word, notices, admin rights).\n**Stays:** your entry in the directory and your places on lists, which are the directory’s own; the record of what was done, which knows you by a number only; and if an operator took your admin rights, that.',
  'privacy.askGone':
    '🗑️ **Shall I forget you?** This can’t be undone.\nThe account you’re linked to is no longer in the directory, so everything goes: the link of this Discord account, your requests, tokens, messages and what I remember of your entry.\nOnly the record of what was done stays, which knows you by a number, and if an operator took your admin rights, that.',
  'privacy.forgotten':
    '👋 Done, I’ve forgotten you. You stay on the lists that you’re on: those belong to the directory. To use me again, {{- /link}} anew.',
  'privacy.inBrowser':
    '🔒 Not from here: this Discord account was linked without your password, and that isn’t enough to delete all there is about you. Sign in on this page, and have it deleted there. Nothing was deleted.',
  'privacy.kept': '👍 Nothing was deleted.',
  'privacy.changesOpen':
    '⏳ Not yet: something that you asked for is still on its way ({{lists}}). Wait until it’s done, or change your mind with {{- /subscriptions}}; then use {{- /privacy forget}} again. Nothing was deleted.',
  'privacy.notLinked':
    'This Discord account isn’t linked to anybody, so there’s nothing to delete. What’s kept of attempts to link it goes by itself after 30 days.',
  'help.heading': '**I keep the mailing lists. Only you can see what we say here.**',
  'help.link': '🔗 {{- /link}} first: it takes a minute and tells me who you are in the directory.',
  'help.subscriptions': '📋 {{- /subscriptions}} shows every list; change several at once.',
  'help.subscribe': '➕ {{- /subscribe}} puts you on a list, {{- /unsubscribe}} takes you off.',
  'help.whoami': '👤 {{- /whoami}} tells which account you act for, {{- /unlink}} undoes the link.',
  'help.lists': '🔍 {{- /lists info}} tells what a list is for and who may join it.',
  'help.admins':
    '🛡️ For admins: {{- /whois}} tells who somebody is, {{- /unlink}} with a user ends their link, {{- /notices rule list}} tells where notices go, {{- /notices allow}} who may send them.',
  'help.owners':
    '🛡️ For owners and admins: {{- /lists members}}, {{- /lists add}} and {{- /lists remove}} look after who is on a list, {{- /lists edit}} changes it.',
  'help.keepers':
    '🛡️ For admins: {{- /lists create}} and {{- /lists delete}} make and end lists, {{- /status}} tells how everything is going.',
  'help.privacy':
    '🗝️ {{- /privacy export}} tells where you get all that’s held about you, {{- /privacy forget}} has it deleted.',
  'help.proof': '-# I only say “done” when the directory itself says so.',

  'refused.LIST_NOT_FOUND':
    '🔎 There’s no list called **{{list}}**. See what there is with {{- /subscriptions}}.',
  'refused.didYouMean': 'Did you mean {{- names}}?',
  'refused.LIST_CLOSED':
    '🔒 **{{list}}** is closed: its owners and admins decide who is on it. To be added, ask its owners or your admins.',
  'refused.LIST_DELETING': '🗑️ **{{list}}** is being deleted, so it can’t be changed any more.',
  'refused.MEMBER_NOT_FOUND':
    '🔎 Nobody in the directory has the user name **{{username}}**. Please look at the spelling. Nothing was changed.',
  'refused.THEY_GONE':
    '⚠️ **{{username}}** is no longer in the directory, so no list can be changed for them. Nothing was changed.',
  'refused.USERNAME_SHARED':
    '⚠️ Several people in the directory have the user name **{{username}}**, so I can’t tell them apart. Nothing was changed.',
  'refused.FIELD_ADMINS_ONLY':
    '🔒 As an owner you set what it’s for (`description`) and who may join (`join`); the rest of **{{list}}** is for admins. Nothing was changed.',
  'refused.LIST_NOT_READY':
    '⏳ **{{list}}** can’t take that just now: something else about it is still on its way. Look with {{- /lists info}}, then try again. Nothing was changed.',
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
  'refused.LINK_WITHOUT_RIGHTS':
    '🔒 This link carries no rights of admins or owners, because no password was typed for it. To have them here, {{- /unlink}}, then {{- /link}} again and sign in on the page.',
  'refused.NOT_FOUND': '🔎 That isn’t there any more. See where things stand with {{- /subscriptions}}.',
  'alert.done.acknowledge': 'Thank you. The message now shows that you look after it.',
  'alert.done.approve': 'Approved. It goes on from here by itself.',
  'alert.done.deny': 'Denied. Nothing of it happens.',
  'alert.done.retry': 'It is tried again now. If it fails once more, there is a new message.',
  'alert.done.revert': 'It is being put back to how it was.',
  'alert.changed':
    'This has changed since that message was shown, so I did nothing. This is how it is now:\n**{{subject}}**',
  'alert.cannot.LIST_GONE': 'That can’t be tried again: the list is not there any more.',
  'alert.cannot.MEMBER_GONE': 'That can’t be tried again: this person is not in the directory any more.',
  'alert.cannot.DRIFT_TOO_LARGE':
    'I can’t undo that: too many people were moved at once. Put the list right in the directory; I follow by myself.',
  'alert.cannot.NEWER_REQUEST': 'I did not try that again: the opposite was asked for since.',
  'alert.over': 'This is over by now, so there is nothing left to do.',
  'alert.taken': '{{by}} looks after it already.',
  'alert.taken.somebody': 'Somebody looks after it already.',
  'service.silent.subject': '🔌 **The list service does not answer**',
  'service.silent.wrong':
    'I have had no answer from its API since {{- when}}. Nobody can join or leave a list by me; what was accepted is kept.',
  'service.silent.mend':
    'Look whether the API runs and can be reached from the bot. I say here when it answers again.',
  'service.silent.over': '✅ **The list service answers again**: it did not from {{- from}} to {{- until}}.',
  'service.silent.passed':
    '🔌 **The list service did not answer** from {{- from}} to {{- until}}. After that something else was wrong: see below.',
  'service.unable.subject': '🗄️ **The list service can’t serve**',
  'service.unable.wrong':
    'It has said so since {{- when}}: its database is away, or not up to date. Nobody can join or leave a list by me; what was accepted is kept.',
  'service.unable.mend':
    'Look whether Postgres runs, and whether the schema belongs to this version: `npm run migrate`. I say here when it serves again.',
  'service.unable.over': '✅ **The list service serves again**: it could not from {{- from}} to {{- until}}.',
  'service.unable.passed':
    '🗄️ **The list service could not serve** from {{- from}} to {{- until}}. After that something else was wrong: see below.',
  'service.idle.subject': '💤 **No worker is running**',
  'service.idle.wrong':
    'Nobody has carried out changes or sent messages for a minute (I saw it at {{- when}}). What was accepted is kept and waits.',
  'service.idle.mend': 'Start a worker, or look in its log why it ended. I say here when one works again.',
  'service.idle.over': '✅ **A worker is running again**: none did from {{- from}} to {{- until}}.',
  'service.idle.passed':
    '💤 **No worker was running** from {{- from}} to {{- until}}. After that something else was wrong: see below.',
  'refused.NOT_WAITING':
    '⏳ That request can’t be withdrawn any more: it may be on its way to the directory, or has ended by now. {{- /subscriptions}} shows how it is. If you want the opposite, use {{- /subscribe}} or {{- /unsubscribe}}.',
  'refused.CONFLICT': '↩️ That has been decided already. See where things stand with {{- /subscriptions}}.',
  'refused.away':
    '🔌 I can’t reach the list service right now, so nothing has changed. Please try again in a minute.',
  'refused.awayMaybe':
    '🔌 The list service didn’t answer in time, so I can’t say whether your request got through. Asking again does no harm: please look with {{- /subscriptions}} in a minute.',
  'refused.otherServer': 'I only work in the server that I belong to. Please use me over there.',
  'refused.staleCommand': '↩️ I don’t know this command any more. {{- /help}} shows those that I know.',
  'refused.stale':
    '↩️ I no longer know this button. Please use the command again: {{- /help}} shows them all.',
  /** What stands between names. */
  'names.between': ', ',
  crash:
    '😖 Sorry, something broke on my side. Please try again; if it happens again, give your admins this number:\n-# {{- id}}',
} as const
