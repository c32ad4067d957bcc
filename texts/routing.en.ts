/** What `/notices` says: about the rules by which notices find their places, whose programs may send any, and what could not be delivered. */
export const routingEn = {
  'command.notices': 'For admins: where notices go, who may send them, and those that could not be delivered',
  'option.notices.rule': 'Rules that say where notices go',
  'option.notices.add': 'Add a rule; what you leave out may be anything',
  'option.notices.list': 'See every rule, and where the rest goes',
  'option.notices.remove': 'Remove a rule',
  'option.notices.test': 'See where an example would go, and why; nothing is sent',
  'option.notices.allow': 'Say what somebody’s programs may send',
  'option.notices.may': 'All that they may send from now on',
  'option.notices.user': 'Whose programs, if their Discord account is linked',
  'option.notices.username': 'Or their user name in the directory',
  'option.notices.resend': 'Send again what could not be delivered',
  'option.notices.failed': 'See what could not be delivered, and why',
  'option.notices.channel': 'The channel or thread that it goes to',
  'option.notices.mail': 'Or the mail address that it goes to',
  'option.notices.nowhere': 'Or nowhere: it is not told at all',
  'option.notices.source': 'Where it comes from',
  'option.notices.event': 'What happened; * is anything; without it, what is told by default',
  'option.notices.exampleEvent': 'What happened',
  'option.notices.repository': 'As owner/name; * is anything, as in example/*',
  'option.notices.branch': 'As in main or release/*; * is anything',
  'option.notices.severity': 'At least this severe',
  'option.notices.exampleSeverity': 'How severe it is; info if you don’t choose',
  'option.notices.mention': 'The role that a critical one mentions as it begins',
  'option.notices.here': 'Whether a critical one mentions everybody who is online as it begins',
  'option.notices.which': 'Which rule; type a few letters to search',
  'choice.source.guildpost': 'My own alerts',
  'choice.source.github': 'GitHub',
  'choice.source.alertmanager': 'Alertmanager',
  'choice.source.api': 'Developers’ own notices',
  'choice.severity.info': 'info: good to know',
  'choice.severity.warning': 'warning: somebody should look',
  'choice.severity.critical': 'critical: somebody must look now',
  'choice.grant.notices': 'Notices, but none that is critical',
  'choice.grant.critical': 'Notices, critical ones too: those may mention people',
  'choice.grant.nothing': 'Nothing (any more)',

  'rules.line': '▫️ **{{number}}.** {{- rule}}',
  'rules.rule': '{{- asks}} → {{- place}}',
  'rules.ruleMentioning': '{{- asks}} → {{- place}}, mentions {{- mention}}',
  'rules.asks.all': 'what is told by default',
  'rules.asks.event': 'event {{event}}',
  'rules.asks.repository': 'repository {{repository}}',
  'rules.asks.branch': 'branch {{branch}}',
  'rules.asks.severity': 'at least {{severity}}',
  'rules.place.mail': '📧 {{address}}',
  'rules.place.nowhere': '🔕 nowhere',
  'rules.place.none': 'nowhere: no channel or address is set for it',
  'rules.heading': '🧭 **Rules about notices: {{count}}**',
  'rules.page': '-# Page {{page}} of {{pages}}',
  'rules.none':
    '🧭 **There are no rules, so every notice goes to its default place.**\nTo send some of them elsewhere: {{- /notices rule add}}.',
  'rules.defaults':
    '-# What no rule asks for: alerts go to {{- alerts}}; everything else that is told by default goes to {{- others}}.',
  'rules.added': '✅ From the next notice on: {{- rule}}\n-# Try it with {{- /notices rule test}}.',
  'rules.lacking': '⚠️ But I lack rights there. In {{- channel}}’s permissions, give me: {{- missing}}.',
  'rules.removed': '✅ Removed: {{- rule}}',
  'rules.gone': '🔎 There is no such rule, or no longer. See them all with {{- /notices rule list}}.',
  'rules.onePlace': '✏️ Say where it goes: one of `channel`, `mail` and `nowhere`. Nothing was changed.',
  'rules.oneMention': '✏️ Mention one: a role, or `here`. Nothing was changed.',
  'rules.mentionEveryone':
    '✏️ I don’t mention everybody. Choose a role, or `here` for who is online. Nothing was changed.',
  'rules.mentionNeedsChannel':
    '✏️ Only a message in a channel can mention somebody: leave `mention` and `here` out. Nothing was changed.',
  'rules.badMail': '✏️ {{address}} is no mail address. Write it like ops@example.org. Nothing was changed.',
  'rules.exists': '👍 There is exactly this rule already, so nothing was changed.',
  'rules.tooMany':
    '✋ There are {{limit}} rules already, which is as many as I keep. Remove one first: {{- /notices rule remove}}.',
  'rules.invalid': '✏️ I can’t keep that as a rule: a pattern has 1 to 100 characters. Nothing was changed.',
  'rules.test.places': '🧭 This would go to {{- places}}.',
  'rules.test.nowhere': '🔕 This would go nowhere: a rule says so.',
  'rules.test.notTold':
    '🔕 This would go nowhere: it isn’t told by default, and no rule asks for this event by name.',
  'rules.test.noPlace':
    '🔕 This would go nowhere: no rule asks for it, and no default channel is set. Set DISCORD_ALERT_CHANNEL_ID or DISCORD_WORKFLOW_CHANNEL_ID, or add a rule.',
  'rules.test.unknownKind':
    '-# I know no alert of my own called {{event}}; this is how one that is informative would go.',
  'rules.test.byDefault': '-# No rule asks for it: that is its default place.',
  'rules.test.by': '-# Asked for by:',

  'grants.notices': '✅ **{{username}}** may send notices now, but none that is critical.',
  'grants.critical':
    '✅ **{{username}}** may send notices now, critical ones too. Those mention people where a rule says whom: {{- /notices rule add}} with `mention` or `here`.',
  'grants.nothing':
    '✅ **{{username}}** may send no notices now, and tokens that they have for it send none any more. {{- /notices allow}} can allow it again.',
  'grants.next': 'Next, they need a token with the scope `notices`. They make one at {{- url}}',
  'grants.admins': '-# Admins may send all of them, whatever is said here.',
  'grants.half':
    '⚠️ Only half of that is done for **{{username}}**: the list service didn’t take the rest. Please use {{- /notices allow}} again in a minute: asking again does no harm.',
  'grants.gone':
    '⚠️ **{{username}}** is no longer in the directory, so their programs can send nothing anyway. Nothing was changed.',
  'grants.notLinked':
    '🔎 {{- account}} isn’t linked to anybody. Please give their user name in the directory instead, with `username:`. Nothing was changed.',

  'undelivered.none': '✅ Nothing waits here: everything could be delivered, or has been sent again.',
  'undelivered.heading': '📪 **Could not be delivered: {{count}}**',
  'undelivered.newest': '📪 **Could not be delivered; these are the newest {{count}}**',
  'undelivered.line': '▫️ {{- when}} → {{- to}}: {{what}}\n-# {{error}}',
  'undelivered.lineForGood':
    '▫️ {{- when}} → {{- to}}: {{what}}. Can’t be sent again: the code or link that it brought is struck out.\n-# {{error}}',
  'undelivered.next': 'Mend what was wrong, then {{- /notices resend}} sends them again.',
  'undelivered.nothing': '👍 There is nothing to send again: nothing failed in the last {{days}} days.',
  'undelivered.resent':
    '📬 On their way again: {{count}}. What fails once more is back in {{- /notices failed}}.',
  'button.resend': 'Send them again',
} as const
