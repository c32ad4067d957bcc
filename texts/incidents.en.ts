/** What admins are told of the program's own trouble: what is wrong, and what to do next. Values are put in as they are. */
export const incidentsEn = {
  'incident.directory-away.subject': 'The directory does not answer',
  'incident.directory-away.wrong':
    'The LDAP directory has given no usable answer since {{- since}}: {{- reason}}. Requests are accepted, and carried out once it is back.',
  'incident.directory-away.mend':
    'See whether the LDAP server runs, whether LDAP_URL is reached from the worker’s machine, and whether it takes LDAP_BIND_DN with its password (it answers 49 if not). There is nothing to make up for by hand.',
  'incident.directory-away.api.subject': 'The directory refuses the API’s account',
  'incident.directory-away.api.wrong':
    'The LDAP directory has let the API’s account do nothing since {{- since}}: {{- reason}}. Nobody can sign in, or use the page behind /link. What members ask for is carried out all the same.',
  'incident.directory-away.api.mend':
    'See whether the directory takes LDAP_READ_BIND_DN with its password (it answers 49 if not), or, where that is not set, lets the API read anonymously. With another password start the API anew.',
  'incident.waits.one': '{{count}} change waits',
  'incident.waits.many': '{{count}} changes wait',
  'incident.target-paused.subject': 'Writing to the directory is paused',
  'incident.target-paused.wrong':
    'The directory ({{- target}}) refuses what is written to it, code {{- code}}: {{- reason}}. {{- waits}}, none is lost.',
  'incident.target-paused.mend':
    'Check the worker’s account (LDAP_BIND_DN, its password and its rights below LDAP_LISTS_BASE) and that the server is not read-only or full. It is tried again by itself.',
  'incident.target-paused.list.subject': 'The directory refuses one list',
  'incident.target-paused.list.wrong':
    'The directory ({{- target}}) refuses what is written to the list {{- list}}, code {{- code}}: {{- reason}}. {{- waits}}, none is lost. The other lists go on.',
  'incident.target-paused.list.mend':
    'Check the rights of the worker’s account (LDAP_BIND_DN) on the entry of this list. It is tried again by itself.',
  'incident.change-failed.one.subject': 'A change failed for good',
  'incident.change-failed.one.mend': 'Mend the cause in the directory, then try it again.',
  'incident.change-failed.many.subject': '{{count}} changes failed for good',
  'incident.change-failed.many.mend': 'Mend the cause in the directory, then try them all again.',
  'incident.change-failed.subscribe':
    'Putting {{- members}} on {{- list}} failed ({{- code}}): {{- message}}',
  'incident.change-failed.unsubscribe':
    'Taking {{- members}} off {{- list}} failed ({{- code}}): {{- message}}',
  'incident.change-failed.both':
    'Changing who is on {{- list}} ({{- members}}) failed ({{- code}}): {{- message}}',
  'incident.list-entry-failed.subject': 'A list could not be written',
  'incident.list-entry-failed.create':
    'The entry of the list {{- list}} could not be created in the directory ({{- code}}): {{- message}}',
  'incident.list-entry-failed.edit':
    'The entry of the list {{- list}} could not be edited in the directory ({{- code}}): {{- message}}',
  'incident.list-entry-failed.delete':
    'The entry of the list {{- list}} could not be deleted in the directory ({{- code}}): {{- message}}',
  'incident.list-entry-failed.mend':
    'Check the rights of the worker’s account below LDAP_LISTS_BASE and whether another entry has that name. Then ask for it again.',
  'incident.queue-old.subject': 'Changes wait too long',
  'incident.queue-old.one': '{{count}} change is due, the oldest since {{- since}}.',
  'incident.queue-old.many': '{{count}} changes are due, the oldest since {{- since}}.',
  'incident.queue-old.mend':
    'See whether a worker runs, and what its log says about these lists. If workers are busy, start one more.',
  'incident.removals-held.subject': 'Removals from {{- list}} wait for you',
  'incident.removals-held.one':
    '{{count}} person would be taken off {{- list}}, more than the limit lets through without a yes: {{- members}}.',
  'incident.removals-held.many':
    '{{count}} people would be taken off {{- list}}, more than the limit lets through without a yes: {{- members}}.',
  'incident.removals-held.asked.one':
    '{{count}} person would be taken off {{- list}} at the word of {{- requestedBy}}, more than the limit lets through without a yes: {{- members}}.',
  'incident.removals-held.asked.many':
    '{{count}} people would be taken off {{- list}} at the word of {{- requestedBy}}, more than the limit lets through without a yes: {{- members}}.',
  'incident.removals-held.mend':
    'Approve if that is meant, deny if it is not (GET /api/v1/admin/holds shows it too). Without a decision nobody is removed, and it ends {{- when}}.',
  'incident.requests-waiting.one.subject': 'Somebody asks to join {{- list}}',
  'incident.requests-waiting.one': '{{- members}} asked to be put on {{- list}} ({{- when}}).',
  'incident.requests-waiting.one.mend':
    'Approve puts them on it, deny turns them down, as /lists add and /lists remove do; they are told. The request waits until somebody decides.',
  'incident.requests-waiting.many.subject': '{{count}} people ask to join {{- list}}',
  'incident.requests-waiting.many':
    '{{count}} people asked to be put on {{- list}} (the first {{- when}}): {{- members}}.',
  'incident.requests-waiting.many.mend':
    'Approve puts all of them on it, deny turns all of them down; for one of them alone type /lists add or /lists remove. They are told. The requests wait until somebody decides.',
  'incident.people-gone.subject': 'Many linked members are gone from the directory',
  'incident.people-gone.wrong':
    '{{gone}} of {{linked}} linked members are not in the directory any more. That many at once look like a mistake, so nobody is told and no link ends for now.',
  'incident.people-gone.mend':
    'See whether LDAP_PEOPLE_BASE and LDAP_PEOPLE_FILTER still find everybody, and whether entries are missing. If these people have really left, approve; if not, deny and bring the entries back. Without a decision nothing happens to them, and you are asked again each day.',
  'incident.lists-gone.subject': 'Many lists are gone from the directory',
  'incident.lists-gone.wrong':
    '{{gone}} of {{total}} lists are not in the directory any more: {{- lists}}. That many at once look like a mistake, so none is closed for now.',
  'incident.lists-gone.mend':
    'See whether LDAP_LISTS_BASE and LDAP_LIST_CLASS still find every list, and whether entries are missing. If they were really deleted, approve: requests about them fail. If not, deny, which cancels these requests, and bring the lists back. Without a decision the requests wait, and you are asked again each day.',
  'incident.admins-lost.subject': 'The admin group makes nobody an admin',
  'incident.admins-lost.subject.number': 'The gidNumber of admins makes nobody an admin',
  'incident.admins-lost.missing':
    'The group of LDAP_ADMIN_GROUP ({{- value}}) is not in the directory, or the worker’s account may not see it. Whoever was an admin by it is none any more.',
  'incident.admins-lost.empty':
    'The group of LDAP_ADMIN_GROUP ({{- value}}) names nobody whom we find among the people, or the worker’s account may not see its members. Whoever was an admin by it is none any more.',
  'incident.admins-lost.number':
    'We find nobody with the gidNumber {{- value}} of LDAP_ADMIN_GID. Whoever was an admin by it is none any more.',
  'incident.admins-lost.mend':
    'Put the directory right, let the account of LDAP_BIND_DN read it, or correct the variable for api and worker; npm run doctor tells which. Until then npm run admin -- grant NAME makes somebody an admin.',
  'incident.read-incomplete.subject': 'The directory was not read completely',
  'incident.read-incomplete.wrong':
    'Reading the directory ended early: {{- problem}}. Nothing was removed because of it, and what was read before is still shown.',
  'incident.read-incomplete.mend':
    'Check size and time limits of the worker’s account on the server, and that both bases exist. The next read is on its way by itself.',
  'incident.drift.subject': '{{- list}} was changed by another tool',
  'incident.drift.one': '{{- list}} was changed in the directory, and nobody asked for it here.',
  'incident.drift.many':
    '{{- list}} was changed in the directory {{count}} times, and nobody asked for it here. Below is the latest change.',
  'incident.drift.joined': 'New on it ({{count}}): {{- members}}.',
  'incident.drift.parted': 'No longer on it ({{count}}): {{- members}}.',
  'incident.drift.one.mend':
    'If that was meant, acknowledge it. If not, revert: the list gets back the members that it had.',
  'incident.drift.many.mend':
    'If that was meant, acknowledge it. If not, revert: that undoes the latest change; those before it are in the reports of the reads.',
  'incident.drift.large.mend':
    'If that was meant, acknowledge it. If not, put {{- list}} right in the directory: for more than {{most}} people at once there is no revert here. Who they are is in the report of the read.',
  'incident.redis-away.subject': 'Redis does not answer',
  'incident.redis-away.wrong':
    'Redis has not answered since {{- since}}: {{- reason}}. Everything goes on; limits are counted by each api for itself.',
  'incident.redis-away.mend':
    'See whether Redis runs, and whether REDIS_URL names the right server and user.',
  'incident.redis-full.subject': 'Redis is nearly full',
  'incident.redis-full.wrong':
    'Redis uses {{- used}} of the {{- max}} MB that it may have. When it is full, each api counts limits for itself; no request fails.',
  'incident.redis-full.mend':
    'See what fills it (redis-cli --bigkeys as its administrator), and raise maxmemory.',
  'incident.jobs-away.subject': 'The job store does not answer',
  'incident.jobs-away.wrong':
    'The job store has not answered since {{- since}}: {{- reason}}. Workers do the most urgent by their own clocks meanwhile.',
  'incident.jobs-away.mend':
    'See whether the database behind JOBS_URL runs and can be reached. Jobs go on by themselves once it is back.',
  'incident.postgres-away.subject': 'Postgres does not answer',
  'incident.postgres-away.wrong':
    'Postgres has not answered since {{- since}}: {{- reason}}. Without it nothing is accepted; what was accepted before is safe.',
  'incident.postgres-away.mend':
    'See whether Postgres runs, has room on its disk, and can be reached at DATABASE_URL. Everything goes on by itself once it is back.',
  'incident.pool-exhausted.subject': 'Every connection to Postgres is in use',
  'incident.pool-exhausted.wrong':
    'The {{- process}} uses all of its {{- connections}}, and {{- requests}} for one.',
  'incident.pool-exhausted.connections.one': '{{count}} connection',
  'incident.pool-exhausted.connections.many': '{{count}} connections',
  'incident.pool-exhausted.requests.one': '{{count}} request waits',
  'incident.pool-exhausted.requests.many': '{{count}} requests wait',
  'incident.pool-exhausted.mend':
    'Look for slow statements in Postgres; if there are none, raise DATABASE_POOL_MAX or start one more process.',
  'incident.mail-undeliverable.subject': 'Mail does not get out',
  'incident.mail-undeliverable.one': '{{count}} mail could not be sent. The last reason: {{- error}}',
  'incident.mail-undeliverable.many': '{{count}} mails could not be sent. The last reason: {{- error}}',
  'incident.mail-undeliverable.mend':
    'Check SMTP_URL and MAIL_FROM, and whether the mail server takes our mail. What waits is sent by itself; an address that was refused has to be corrected in the directory.',
  'incident.discord-undeliverable.subject': 'Messages to Discord do not get out',
  'incident.discord-undeliverable.one': '{{count}} message could not be sent. The last reason: {{- error}}',
  'incident.discord-undeliverable.many': '{{count}} messages could not be sent. The last reason: {{- error}}',
  'incident.discord-undeliverable.mend':
    'Check DISCORD_TOKEN, whether the bot may write in the channel of DISCORD_ALERT_CHANNEL_ID, and Discord’s own status page. What waits is sent by itself.',
  'incident.clock-skew.subject': 'The clocks do not agree',
  'incident.clock-skew.postgres':
    'The clock of the worker’s machine and that of Postgres differ by {{seconds}} seconds.',
  'incident.clock-skew.directory':
    'The clock of the worker’s machine and that of the directory differ by {{seconds}} seconds.',
  'incident.clock-skew.mend':
    'Let both machines set their clocks by the same NTP servers. Times in the audit are those of Postgres.',
  'incident.audit-broken.subject': 'The audit does not hold together',
  'incident.audit-broken.wrong':
    'The chain of the audit is broken at position {{position}}: {{- problem}}. Entries from there on may have been changed by hand.',
  'incident.audit-broken.mend':
    'Keep the database as it is, compare it with a backup and with the last signed checkpoint, and find out who had access.',
  'incident.names.more': '{{- names}} and {{more}} more',
  'incident.resolved': '✅ **{{- subject}}**: resolved after {{- duration}}',
  'incident.outcome.approved': 'Approved.',
  'incident.outcome.approved.by': 'Approved by {{- by}}.',
  'incident.outcome.denied': 'Denied.',
  'incident.outcome.denied.by': 'Denied by {{- by}}.',
  'incident.outcome.expired': 'Nobody decided in time, so nothing was done.',
  'incident.outcome.reverted': 'Reverted.',
  'incident.outcome.reverted.by': 'Reverted by {{- by}}.',
  'incident.outcome.retried': 'Tried again.',
  'incident.outcome.retried.by': 'Tried again by {{- by}}.',
  'incident.seen': 'Seen {{count}} times, last {{- last}}',
  'incident.acknowledged': '👀 {{- by}} looks after it, since {{- at}}',
  'incident.acknowledged.somebody': '👀 Somebody looks after it, since {{- at}}',
  'incident.over.subject': 'Over: {{- subject}}',
  'incident.over.text': 'This is over, after {{- duration}}. It was:\n\n{{- text}}',
  'button.alert.acknowledge': 'Acknowledge',
  'button.alert.approve': 'Approve',
  'button.alert.deny': 'Deny',
  'button.alert.retry': 'Retry',
  'button.alert.revert': 'Revert',
  'duration.second.one': '{{count}} second',
  'duration.second.many': '{{count}} seconds',
  'duration.minute.one': '{{count}} minute',
  'duration.minute.many': '{{count}} minutes',
  'duration.hour.one': '{{count}} hour',
  'duration.hour.many': '{{count}} hours',
  'duration.day.one': '{{count}} day',
  'duration.day.many': '{{count}} days',
} as const
