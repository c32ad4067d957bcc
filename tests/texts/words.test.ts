import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { en } from '../../texts/en.ts'
import { pagesEn } from '../../texts/pages.en.ts'
import { pagesZhTw } from '../../texts/pages.zh-TW.ts'
import { zhTW } from '../../texts/zh-TW.ts'

test('the buttons of alerts are named as the contract names them', () => {
  const named = ['acknowledge', 'retry', 'approve', 'deny'] as const
  expect(named.map((action) => en[`button.alert.${action}`])).toEqual([
    'Acknowledge',
    'Retry',
    'Approve',
    'Deny',
  ])
})

/** Members are not shown who owns a list, and many lists have no owner. */
test.each(['refused.LIST_CLOSED', 'denied.subscribe', 'denied.unsubscribe', 'news.undo.closed'] as const)(
  '%s names the admins, too, as those to ask',
  (key) => {
    expect(en[key]).toMatch(/ask (its owners|them) or your admins/)
    expect(zhTW[key]).toMatch(/請洽(清單的)?負責人或管理員/)
  },
)

test('who sees a hidden list is said in full', () => {
  for (const key of ['list.hidden', 'option.lists.hidden'] as const) {
    expect(en[key]).toMatch(/its owners and (by )?admins/)
    expect(zhTW[key]).toContain('清單裡的人、負責人和管理員')
  }
})

/** Without a channel for alerts admins are told by mail. */
test('no text sends anybody to a channel of the admins, which need not be there', () => {
  const said = [...Object.entries(en), ...Object.entries(zhTW)]
  expect(said.filter(([, words]) => /admins’ channel|管理員(的)?頻道/.test(words))).toEqual([])
})

/** Only what others asked for expires, and a choice of what one is told of never mutes what happens to the link. */
test('nobody is promised to be told what never comes, nor that nothing else comes', () => {
  const kinds = [pagesEn, pagesZhTw].map(({ account }) => account.notifications.kinds.decided)
  for (const words of [en['notify.kind.decided'], zhTW['notify.kind.decided'], ...kinds])
    expect(words).not.toMatch(/expire|逾期/)
  expect(pagesZhTw.account.done.notifications).not.toContain('只會')
})

test('who acknowledged an alert looks after it, in its message and in /status', () => {
  for (const key of ['incident.acknowledged', 'status.incidentSeen', 'alert.taken'] as const) {
    expect(en[key]).toContain('looks after it')
    expect(zhTW[key]).toContain('處理')
  }
})

test('that somebody may send nothing is no allowance in brackets', () => {
  expect(zhTW['choice.grant.nothing']).toBe('不允許任何通知')
})

describe('in Traditional Chinese one word is used for one thing, the one of Taiwan', () => {
  const root = join(import.meta.dirname, '../..')
  const files = globSync('texts/**/*zh-TW.ts', { cwd: root })
  const all = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')

  test('all files are looked at', () => {
    expect(files.length).toBeGreaterThan(8)
  })

  test.each([
    ['警報', '警示'],
    ['告警', '警示'],
    ['操作紀錄', '稽核紀錄'],
    ['記錄', '紀錄'],
    ['發送', '傳送'],
    ['在線', '線上'],
    ['程序', '行程'],
    ['默認', '預設'],
    ['信息', '訊息'],
    ['用戶', '使用者'],
    ['服務器', '伺服器'],
    ['賬', '帳'],
    ['登錄', '登入'],
    ['網絡', '網路'],
    ['軟件', '軟體'],
    ['數據', '資料'],
    ['設置', '設定'],
    ['鏈接', '連結'],
    ['菜單', '選單'],
    ['郵箱', '信箱'],
    ['添加', '新增'],
  ])('not %s, but %s', (other, _word) => {
    expect(all.split('\n').filter((line) => line.includes(other))).toEqual([])
  })

  test('who is taken off a list is 移出 in alerts, too, and what is merely over is 結束', () => {
    const lines = Object.entries(zhTW).filter(([key]) =>
      /^incident\.(removals-held|change-failed)\./.test(key),
    )
    expect(lines.filter(([, words]) => words.includes('移除'))).toEqual([])
    expect(zhTW['incident.over.subject']).toContain('已結束')
    expect(zhTW['incident.over.text']).toContain('已經結束')
  })

  test('who asks to join a list makes a request by the same word everywhere', () => {
    const lines = Object.entries(zhTW).filter(([key]) => key.startsWith('incident.requests-waiting.'))
    expect(lines.length).toBeGreaterThan(0)
    for (const [, words] of lines) expect(words).not.toContain('要求')
    expect(zhTW['incident.requests-waiting.one']).toContain('申請')
    expect(zhTW['incident.requests-waiting.many']).toContain('申請')
  })
})
