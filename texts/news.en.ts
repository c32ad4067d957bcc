/** What members are told without having asked, and `/notify`, where they say what they want to hear. */
export const newsEn = {
  'news.joined.admin': '📥 An admin or owner put you on **{{list}}**.',
  'news.joined.tool': '📥 You were put on **{{list}}**, in the directory by another tool.',
  'news.parted.admin': '📤 An admin or owner took you off **{{list}}**.',
  'news.parted.tool': '📤 You were taken off **{{list}}**, in the directory by another tool.',
  'news.approved.subscribe':
    '✅ Your request to join **{{list}}** was approved: you’re on it now. {{- /unsubscribe}} if you’ve changed your mind.',
  'news.approved.unsubscribe':
    '✅ Your request to leave **{{list}}** was approved: you’re off it now. {{- /subscribe}} if you’ve changed your mind.',
  'news.undo.joined': 'Don’t want to be there? {{- /unsubscribe}} takes you off again.',
  'news.undo.joined.notLinked':
    'Don’t want to be there? In Discord, {{- /link}} once, then {{- /unsubscribe}} takes you off again; or ask your admins.',
  'news.undo.parted': 'Isn’t that right? {{- /subscribe}} brings you back, or ask your admins.',
  'news.undo.parted.notLinked':
    'Isn’t that right? In Discord, {{- /link}} once, then {{- /subscribe}} brings you back; or ask your admins.',
  'news.undo.parted.approval':
    'Isn’t that right? {{- /subscribe}} asks for your place again, and somebody has to approve it; or ask your admins.',
  'news.undo.parted.approval.notLinked':
    'Isn’t that right? In Discord, {{- /link}} once, then {{- /subscribe}} asks for your place again, and somebody has to approve it; or ask your admins.',
  'news.undo.closed':
    'Who is on **{{list}}** is up to its owners: if that isn’t right, ask them or your admins.',
  'news.asked': '🙋 **{{member}}** asks to join **{{list}}**.',
  'news.asked.decide':
    'As an owner you can decide, and so can admins: {{- /lists add}} lets somebody in, {{- /lists remove}} turns a request down.',
  'news.asked.decide.notLinked':
    'As an owner you can decide, and so can admins. In Discord, {{- /link}} once; then {{- /lists add}} lets somebody in, and {{- /lists remove}} turns a request down.',
  'news.several.asked': '📬 **Requests to join your lists**',
  'news.several': '📬 **News about your lists**',
  'news.more': '… and {{count}} more: {{- /subscriptions}} shows how all of it is now.',
  'news.more.inFile':
    '… and {{count}} more, in the file below. {{- /subscriptions}} shows how all of it is now.',
  'news.more.asked': '… and {{count}} more.',
  'news.more.inFile.asked': '… and {{count}} more, in the file below.',
  'news.hearLess': '-# To hear less of this: {{- /notify}}',
  'news.hearLess.notLinked': '-# To hear less of this: in Discord, {{- /link}} once, then {{- /notify}}.',

  'command.notify': 'Choose what I tell you about by direct message',
  'notify.heading': '🔔 **What I tell you about**, by direct message, or by mail if that can’t reach you',
  'notify.on': '✅ {{- kind}}',
  'notify.off': '🔕 {{- kind}}',
  'notify.kind.added-or-removed': 'An admin, an owner or another tool puts me on a list or takes me off',
  'notify.kind.decided': 'A request of mine is approved or denied',
  'notify.kind.failed': 'A request of mine failed',
  'notify.kind.asked': 'Somebody asks to join a list that I own',
  'notify.always':
    '-# Always told: what happens to the link of your account, since that keeps it yours, and the answer that I still owe you when I couldn’t show it here. Choose below; the change counts at once.',
  'notify.saved': '👍 Saved.',
  'notify.same': 'Nothing was different, so nothing was changed.',
  'placeholder.notify': 'Tick what you want to hear; none is fine',
  'help.notify': '🔔 {{- /notify}} sets what I tell you about by direct message.',
} as const
