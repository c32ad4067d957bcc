import type { newsEn } from './news.en.ts'

export const newsZhTW: Record<keyof typeof newsEn, string> = {
  'news.joined.admin': '📥 管理員或負責人把你加入了 **{{list}}**。',
  'news.joined.tool': '📥 你被加入了 **{{list}}**，是其他工具直接在目錄裡加的。',
  'news.parted.admin': '📤 管理員或負責人把你從 **{{list}}** 移出了。',
  'news.parted.tool': '📤 你被移出了 **{{list}}**，是其他工具直接在目錄裡移的。',
  'news.approved.subscribe':
    '✅ 你加入 **{{list}}** 的申請通過了，現在已經在清單裡。如果改變主意，可以用 {{- /unsubscribe}}。',
  'news.approved.unsubscribe':
    '✅ 你退出 **{{list}}** 的申請通過了，現在已經不在清單裡。如果改變主意，可以用 {{- /subscribe}}。',
  'news.undo.joined': '不想待在那裡嗎？{{- /unsubscribe}} 就能退出。',
  'news.undo.joined.notLinked':
    '不想待在那裡嗎？在 Discord 先用一次 {{- /link}}，再用 {{- /unsubscribe}} 就能退出；也可以洽管理員。',
  'news.undo.parted': '覺得不對嗎？{{- /subscribe}} 可以再加入，或洽管理員。',
  'news.undo.parted.notLinked':
    '覺得不對嗎？在 Discord 先用一次 {{- /link}}，再用 {{- /subscribe}} 就能再加入；也可以洽管理員。',
  'news.undo.parted.approval':
    '覺得不對嗎？{{- /subscribe}} 可以再提出申請，通過後就會加回清單；也可以洽管理員。',
  'news.undo.parted.approval.notLinked':
    '覺得不對嗎？在 Discord 先用一次 {{- /link}}，再用 {{- /subscribe}} 提出申請，通過後就會加回清單；也可以洽管理員。',
  'news.undo.closed': '**{{list}}** 由負責人決定成員：如果覺得不對，請洽負責人或管理員。',
  'news.asked': '🙋 **{{member}}** 想加入 **{{list}}**。',
  'news.asked.decide':
    '你是負責人，可以和管理員一樣做決定：{{- /lists add}} 讓人加入，{{- /lists remove}} 拒絕申請。',
  'news.asked.decide.notLinked':
    '你是負責人，可以和管理員一樣做決定。在 Discord 先用一次 {{- /link}}，再用 {{- /lists add}} 讓人加入，或用 {{- /lists remove}} 拒絕申請。',
  'news.several.asked': '📬 **有人想加入你負責的清單**',
  'news.several': '📬 **你的清單有新消息**',
  'news.more': '…還有 {{count}} 則：用 {{- /subscriptions}} 查看目前的狀況。',
  'news.more.inFile': '…還有 {{count}} 則，全部都在下方的檔案裡。用 {{- /subscriptions}} 查看目前的狀況。',
  'news.more.asked': '…還有 {{count}} 位。',
  'news.more.inFile.asked': '…還有 {{count}} 位，全部都在下方的檔案裡。',
  'news.hearLess': '-# 想少收一點這類消息：{{- /notify}}',
  'news.hearLess.notLinked': '-# 想少收一點這類消息：在 Discord 先用一次 {{- /link}}，再用 {{- /notify}}。',

  'command.notify': '選擇要用私訊告訴你哪些事',
  'notify.heading': '🔔 **我會告訴你的事**，用私訊；私訊送不到時用電子郵件',
  'notify.on': '✅ {{- kind}}',
  'notify.off': '🔕 {{- kind}}',
  'notify.kind.added-or-removed': '管理員、負責人或其他工具把我加入或移出清單',
  'notify.kind.decided': '我的申請通過或沒有通過',
  'notify.kind.failed': '我的申請失敗了',
  'notify.kind.asked': '有人想加入我負責的清單',
  'notify.always':
    '-# 一定會通知：帳號連結的變動，因為那能保護你的帳號；還有我來不及在這裡回覆你的結果。在下方勾選，立即生效。',
  'notify.saved': '👍 儲存好了。',
  'notify.same': '和原本一樣，所以沒有任何變更。',
  'placeholder.notify': '勾選你想收到的消息；全部不選也可以',
  'help.notify': '🔔 {{- /notify}} 選擇要用私訊告訴你哪些事。',
}
