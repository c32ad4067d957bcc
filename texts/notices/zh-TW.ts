import type { noticesEn } from './en.ts'

/** The same in Traditional Chinese. */
export const noticesZhTW: Record<keyof typeof noticesEn, string> = {
  'notice.late': '這件事發生在 {{- at}}（{{- ago}}），當時無法通知。',
  'notice.placeholder':
    '🕓 這裡應有一則通知，但 Discord 尚未接受。Discord 接受後就會顯示在這裡；{{- /status}} 會說明是否有通知被放棄。',
  'notice.locked': '討論串已鎖定：請解除鎖定、在該處給機器人「管理討論串」權限，或改用其他頻道。',
  'notice.open': '開啟',
  'notice.alerts.firing': '{{- icon}} {{- name}}：{{firing}} 則警示觸發中',
  'notice.alerts.some': '{{- icon}} {{- name}}：{{firing}} 則警示觸發中，{{resolved}} 則已解除',
  'notice.alerts.over': '✅ {{- name}}：已解除',
  'notice.alerts.since': '{{- when}} 開始',
  'notice.alerts.until': '於 {{- when}} 解除',
  'notice.alerts.leftOut': '…還有 {{count}} 則未在此顯示。',
  'notice.alerts.labels': '標籤',
  'notice.alerts.source': '來源',
  'notice.alerts.runbook': '處理手冊',
  'notice.alerts.footer': 'Alertmanager，接收端 {{- receiver}}',
  'notice.own.by': '{{- username}} 的「{{- token}}」',
  'notice.own.byMail': '由 {{- username}} 的程式「{{- token}}」發出。',
  'notice.own.count': '已通知 {{count}} 次',
}
