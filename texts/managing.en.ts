/** What `/lists` and `/status` say: about one list, about somebody else’s place on it, and how everything is going. */
export const managingEn = {
  'list.heading': '📋 **{{list}}** {{title}}',
  'list.join.open': '🚪 Everybody may join.',
  'list.join.approval': '🚪 Everybody may ask to join; an owner or admin decides.',
  'list.join.closed': '🚪 Closed: its owners and admins decide who is on it.',
  'list.you.on': '✅ You’re on it. {{- /unsubscribe}} takes you off.',
  'list.you.off': '▫️ You’re not on it.',
  'list.you.offOpen': '▫️ You’re not on it. {{- /subscribe}} puts you on it.',
  'list.you.joining': '⏳ You’re about to be on it.',
  'list.you.leaving': '⏳ You’re about to be off it.',
  'list.you.asking': '📝 Your request to join it waits for approval.',
  'list.state.creating': '🌱 It’s being made: the directory doesn’t have it yet.',
  'list.state.deleting': '🗑️ It’s being deleted.',
  'list.members': '👥 On it: {{count}}. {{- /lists members}} shows who.',
  'list.owners': '🛡️ Owners: {{- names}}',
  'list.ownersMore': '🛡️ Owners: {{- names}} and {{count}} more',
  'list.ownersNone': '🛡️ It has no owners; admins look after it.',
  'list.hidden': '🙈 Hidden: seen only by who is on it, by its owners and by admins.',
  'list.shown': '👁️ Seen by every member.',
  'list.drift.adopt': '🔧 Edits by other tools count, without a word.',
  'list.drift.report': '🔧 Edits by other tools count, and admins are told.',
  'list.nameRules':
    '✏️ **{{name}}** can’t be a list’s name. It takes letters (a to z), digits and dashes, begins with a letter or digit, and has 64 characters at most, like `board-games`. Nothing was changed.',
  'list.nameTaken':
    '✏️ There’s a list called **{{name}}** already, or the directory still has one under that name (upper or lower case makes no difference). Please choose another name. Nothing was changed.',
  'list.creating':
    '🌱 Accepted: **{{list}}** is being made in the directory. I’ll tell you here when it’s there.',
  'list.createObserve':
    '👀 Accepted, but I’m only observing at the moment (WRITES=off), so nothing is written to the directory: **{{list}}** isn’t made there. The order is kept until writing is switched on.',
  'list.created':
    '✅ **{{list}}** is there. {{- /lists add}} puts people on it, {{- /lists edit}} changes who may join.',
  'list.createLate':
    '⏳ **{{list}}** is still not in the directory, which may be slow or away; had it refused, an alert would tell the admins. The order is safe; {{- /lists info}} shows when it’s there.',
  'list.createFailed':
    '⚠️ **{{list}}** could not be made: the directory refused it. The alert to the admins says why.',
  'list.editNothing':
    '✏️ Say what is to change, at least one of: `name`, `description`, `join`, `hidden`, `drift`. Owners set `description` and `join`; the others are for admins. Nothing was changed.',
  'list.edited': '✅ Changed. This is how **{{list}}** is now:',
  'list.toDirectory':
    '-# The directory gets the new name and description within moments; should it refuse, the old ones come back and admins are alerted.',
  'list.observe':
    '👀 I’m only observing at the moment (WRITES=off), so the directory doesn’t have this yet. The order is kept until writing is switched on.',
  'list.deleteAsk':
    '🗑️ **Delete {{list}}?** It goes from the directory, with everybody’s place on it: **{{count}}** now. This can’t be undone. If you’re sure, press the button and type the list’s name.',
  'list.deleteWrong':
    '✏️ That isn’t the list’s name, so nothing was deleted. The name has to be typed exactly.',
  'list.deleteKept': '👍 Nothing was deleted.',
  'list.deleting': '🗑️ Accepted: **{{list}}** is being deleted. I’ll tell you here when it’s gone.',
  'list.deleteObserve':
    '👀 Accepted, but I’m only observing at the moment (WRITES=off), so nothing is written to the directory: **{{list}}** stays there. The order is kept until writing is switched on.',
  'list.deleted': '✅ **{{list}}** is deleted: the directory doesn’t have it any more.',
  'list.deleteLate':
    '⏳ **{{list}}** is still in the directory, which may be slow or away. The order is safe; {{- /lists info}} shows when it’s gone.',
  'list.deleteFailed':
    '⚠️ **{{list}}** could not be deleted, so it stays as it was. The alert to the admins says why.',
  'list.deleteAdmins': '🔒 Only admins delete lists. Ask one of them if **{{list}}** has to go.',
  'list.nobody': '👥 Nobody is on **{{list}}** yet. {{- /lists add}} puts people on it.',
  'list.nobodyFound': '🔎 Nobody on **{{list}}** fits “{{search}}”.',
  'list.nobodyMore': '👥 That was everybody on **{{list}}**; there’s nobody on this page any more.',
  'list.membersHeading': '👥 **On {{list}}**',
  'list.membersFound': '👥 **On {{list}}, with “{{search}}”**',
  'list.membersRange': '-# Page {{page}}: number {{first}} to {{last}}',
  'list.member': '▫️ **{{username}}** {{displayName}}',
  'list.whoOne':
    '✏️ Say who it is about: either `user:` or `username:`, exactly one of them. Nothing was changed.',
  'list.whoNotLinked':
    '🔎 {{- account}} isn’t linked to anybody, or not to anybody on the list. Please give their user name in the directory instead, with `username:`. Nothing was changed.',

  'managed.done.subscribe': '✅ **{{member}}** is on **{{list}}** now.',
  'managed.done.unsubscribe': '✅ **{{member}}** is off **{{list}}** now.',
  'managed.already.subscribe': '✅ **{{member}}** is already on **{{list}}**. Nothing to do.',
  'managed.already.unsubscribe': '✅ **{{member}}** isn’t on **{{list}}**, so there’s nothing to do.',
  'managed.waiting.subscribe':
    '⏳ Accepted: **{{member}}** will be on **{{list}}**. The directory hasn’t answered yet; I’ll tell you here.',
  'managed.waiting.unsubscribe':
    '⏳ Accepted: **{{member}}** will be off **{{list}}**. The directory hasn’t answered yet; I’ll tell you here.',
  'managed.late.subscribe':
    '⏳ The order to put **{{member}}** on **{{list}}** is safe, but the directory hasn’t answered yet. {{- /lists members}} shows later how it went.',
  'managed.late.unsubscribe':
    '⏳ The order to take **{{member}}** off **{{list}}** is safe, but the directory hasn’t answered yet. {{- /lists members}} shows later how it went.',
  'managed.approval.subscribe':
    '📝 Putting **{{member}}** on **{{list}}** waits for approval by an owner or admin.',
  'managed.approval.unsubscribe':
    '📝 Taking **{{member}}** off **{{list}}** waits for approval by an owner or admin.',
  'managed.held.unsubscribe':
    '✋ Taking **{{member}}** off **{{list}}** waits for an admin’s yes: many people would have been taken off it within an hour. The admins are asked; without an answer within a day nothing changes.',
  'managed.observe.subscribe':
    '👀 I’m only observing at the moment, so nothing is written to the directory. To put **{{member}}** on **{{list}}** I would write the lines below. The order is kept until writing is switched on.',
  'managed.observe.unsubscribe':
    '👀 I’m only observing at the moment, so nothing is written to the directory. To take **{{member}}** off **{{list}}** I would write the lines below. The order is kept until writing is switched on.',
  'managed.observe.nothing.subscribe':
    '👀 I’m only observing at the moment, so nothing is written to the directory. **{{member}}** is on **{{list}}** there as far as I can see, but an earlier write may still be under way. The order is kept until writing is switched on; then I make sure.',
  'managed.observe.nothing.unsubscribe':
    '👀 I’m only observing at the moment, so nothing is written to the directory. **{{member}}** is off **{{list}}** there as far as I can see, but an earlier write may still be under way. The order is kept until writing is switched on; then I make sure.',
  'managed.superseded.subscribe':
    '↩️ A newer word about **{{member}}** and **{{list}}** took the place of this one. {{- /lists members}} shows how it is.',
  'managed.superseded.unsubscribe':
    '↩️ A newer word about **{{member}}** and **{{list}}** took the place of this one. {{- /lists members}} shows how it is.',
  'managed.cancelled.subscribe': '↩️ Withdrawn: **{{member}}** isn’t put on **{{list}}**.',
  'managed.cancelled.unsubscribe': '↩️ Withdrawn: **{{member}}** stays on **{{list}}**.',
  'managed.notWaiting':
    '⏳ That order can’t be withdrawn any more: it may be on its way to the directory, or has ended by now. {{- /lists members}} shows how it is. For the opposite, use {{- /lists add}} or {{- /lists remove}}.',
  'managed.denied.subscribe': '🚫 Not approved: **{{member}}** isn’t put on **{{list}}**.',
  'managed.denied.unsubscribe': '🚫 Not approved: **{{member}}** stays on **{{list}}**.',
  'managed.expired.subscribe': '⌛ Nobody decided in time, so **{{member}}** isn’t put on **{{list}}**.',
  'managed.expired.unsubscribe': '⌛ Nobody decided in time, so **{{member}}** stays on **{{list}}**.',
  'managed.failed.LIST_GONE': '⚠️ **{{list}}** was deleted before I got to **{{member}}**.',
  'managed.failed.LIST_UNMANAGED':
    '↩️ **{{list}}** isn’t managed here any more, so nothing was changed for **{{member}}**.',
  'managed.failed.MEMBER_GONE':
    '⚠️ **{{member}}** is no longer in the directory, so I couldn’t change their place on **{{list}}**.',
  'managed.failed.ADDRESS_SHARED':
    '⚠️ The mail address of **{{member}}** belongs to somebody else in the directory as well, so I couldn’t tell them apart on **{{list}}**. Give them an address of their own, then try again.',
  'managed.failed.NO_ADDRESS':
    '⚠️ The directory has no mail address for **{{member}}**, and **{{list}}** needs one. Enter it there, then try again.',
  'managed.failed.ADDRESS_NOT_ASCII':
    '⚠️ **{{list}}** can only hold plain ASCII mail addresses, and that of **{{member}}** has other characters.',
  'managed.failed.USERNAME_SHARED':
    '⚠️ The user name of **{{member}}** belongs to somebody else in the directory as well, so I couldn’t tell them apart on **{{list}}**. Give them one of their own, then try again.',
  'managed.failed.DIRECTORY_REFUSED':
    '⚠️ The directory refused to change **{{list}}** for **{{member}}**, so nothing has changed. The alert to the admins says why.',
  'managed.failed.other':
    '⚠️ I couldn’t change **{{list}}** for **{{member}}**, so nothing has changed. Please try again, or look at the alerts.',

  'status.well': '✅ **All is well.**',
  'status.observing':
    '👀 **guildpost only observes (WRITES=off): nothing is written to the directory.** Nothing is broken.',
  'status.trouble': '⚠️ **Lasting trouble: {{count}}.** It’s at the end of this message.',
  'status.attention': '🙋 **Nothing is broken, but something needs a look.**',
  'status.changes':
    '🔁 Changes: {{queued}} queued, {{applying}} being written, {{asking}} waiting for approval',
  'status.oldest': ', the oldest due {{- since}}',
  'status.target.up': '📗 Directory ({{name}}): writable',
  'status.target.observing': '📘 Directory ({{name}}): only observed (WRITES=off), nothing is written to it',
  'status.target.paused': '📕 Directory ({{name}}): paused {{- since}} ({{reason}})',
  'status.mirror': '🪞 Mirror: {{people}} people, {{lists}} lists, as of {{- when}}, {{- mode}}',
  'status.mirrorNever': '🪞 Mirror: the directory has not been read yet',
  'status.mode.syncrepl': 'by a live feed',
  'status.mode.version': 'by asking for newer versions',
  'status.mode.time': 'by asking for newer times',
  'status.mode.full': 'by reading everything each time',
  'status.mode.unknown': 'in a way not yet known',
  'status.run.running': '🔎 Full comparison: running since {{- when}}',
  'status.run.queued': '🔎 Full comparison: about to begin',
  'status.run.done': '🔎 Last full comparison: {{- when}}, lists that differed: {{count}}',
  'status.run.failed': '🔎 Last full comparison: failed {{- when}} ({{problem}})',
  'status.run.never': '🔎 Last full comparison: none yet',
  'status.holds': '🙋 Many at once, held for an admin’s yes: {{count}}',
  'status.holdsCounted': '{{- line}} (the changes in them are counted above)',
  'status.outbox': '📬 Messages and mails: {{queued}} to be sent, {{failed}} given up in the last 7 days',
  'status.resend': '{{- line}}: {{- /notices resend}} sends them again',
  'status.audit': '🔏 Audit: {{sealed}} entries sealed, {{unsealed}} to be sealed',
  'status.incidents': '**What lasts**',
  'status.incident': '🔴 {{- since}} {{subject}}',
  'status.asks': '🙋 {{- since}} {{subject}}',
  'status.incidentSeen': '🟡 {{- since}} {{subject}} ({{username}} looks after it)',
} as const
