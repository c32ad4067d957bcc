/** What notices say that come from outside. Values are put in as they are: whoever words a notice makes them harmless for where it is shown. */
export const noticesEn = {
  'notice.late': 'This happened {{- at}} ({{- ago}}) and could not be told before.',
  'notice.placeholder':
    '🕓 A notice belongs here that Discord did not take so far. It is shown here once Discord does; {{- /status}} says whether anything was given up.',
  'notice.locked':
    'The thread is locked: unlock it, give the bot “Manage Threads” there, or choose another channel.',
  'notice.open': 'Open',
  'notice.alerts.firing': '{{- icon}} {{- name}}: {{firing}} firing',
  'notice.alerts.some': '{{- icon}} {{- name}}: {{firing}} firing, {{resolved}} resolved',
  'notice.alerts.over': '✅ {{- name}}: resolved',
  'notice.alerts.since': 'began {{- when}}',
  'notice.alerts.until': 'resolved {{- when}}',
  'notice.alerts.leftOut': '… and {{count}} more that are not shown here.',
  'notice.alerts.labels': 'Labels',
  'notice.alerts.source': 'source',
  'notice.alerts.runbook': 'Runbook',
  'notice.alerts.footer': 'Alertmanager, receiver {{- receiver}}',
  'notice.own.by': '“{{- token}}” of {{- username}}',
  'notice.own.byMail': 'Sent by “{{- token}}”, a program of {{- username}}.',
  'notice.own.count': 'told {{count}} times',
} as const
