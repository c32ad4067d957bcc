import type { managingEn } from './managing.en.ts'

/** 台灣正體中文。與 managing.en.ts 的鍵與變數一致。 */
export const managingZhTW: Record<keyof typeof managingEn, string> = {
  'list.heading': '📋 **{{list}}** {{title}}',
  'list.join.open': '🚪 任何人都可以加入。',
  'list.join.approval': '🚪 任何人都可以申請加入，由負責人或管理員審核。',
  'list.join.closed': '🚪 不開放加入，成員由負責人和管理員決定。',
  'list.you.on': '✅ 你在這個清單裡。用 {{- /unsubscribe}} 可以退出。',
  'list.you.off': '▫️ 你不在這個清單裡。',
  'list.you.offOpen': '▫️ 你不在這個清單裡。用 {{- /subscribe}} 可以加入。',
  'list.you.joining': '⏳ 正在把你加入這個清單。',
  'list.you.leaving': '⏳ 正在讓你退出這個清單。',
  'list.you.asking': '📝 你的加入申請正在等待審核。',
  'list.state.creating': '🌱 正在建立，目錄裡還沒有這個清單。',
  'list.state.deleting': '🗑️ 正在刪除。',
  'list.members': '👥 成員：{{count}} 人。用 {{- /lists members}} 查看有誰。',
  'list.owners': '🛡️ 負責人：{{- names}}',
  'list.ownersMore': '🛡️ 負責人：{{- names}}，以及另外 {{count}} 人',
  'list.ownersNone': '🛡️ 沒有負責人，由管理員管理。',
  'list.hidden': '🙈 隱藏：只有清單裡的人、負責人和管理員看得到。',
  'list.shown': '👁️ 所有成員都看得到。',
  'list.drift.adopt': '🔧 其他工具的變更會直接採用，不另外通知。',
  'list.drift.report': '🔧 其他工具的變更會採用，並通知管理員。',
  'list.nameRules':
    '✏️ **{{name}}** 不能當清單名稱。名稱只能用英文字母（a 到 z）、數字和連字號，開頭要是字母或數字，最多 64 個字元，例如 `board-games`。沒有任何變更。',
  'list.nameTaken':
    '✏️ 已經有叫做 **{{name}}** 的清單，或目錄裡還有清單用著這個名稱（不分大小寫）。請換一個名稱。沒有任何變更。',
  'list.creating': '🌱 已受理：正在目錄裡建立 **{{list}}**。完成後我會在這裡告訴你。',
  'list.createObserve':
    '👀 已受理，但目前只觀察（WRITES=off），不寫入目錄：不會在那裡建立 **{{list}}**。這件事會保留到開放寫入為止。',
  'list.created': '✅ **{{list}}** 已經建立。用 {{- /lists add}} 加人，用 {{- /lists edit}} 變更誰可以加入。',
  'list.createLate':
    '⏳ 目錄裡還沒有 **{{list}}**，目錄可能很慢或連不上；如果是目錄拒絕，管理員會收到警示。這件事已妥善保存，用 {{- /lists info}} 可以看到是否完成。',
  'list.createFailed': '⚠️ 無法建立 **{{list}}**：目錄拒絕了。管理員收到的警示會說明原因。',
  'list.editNothing':
    '✏️ 請至少填一項要變更的：`name`、`description`、`join`、`hidden`、`drift`。負責人可以設定 `description` 和 `join`，其他只限管理員。沒有任何變更。',
  'list.edited': '✅ 已變更。**{{list}}** 現在是這樣：',
  'list.toDirectory': '-# 新的名稱和說明很快就會寫入目錄；如果目錄拒絕，會恢復原本的內容並通知管理員。',
  'list.observe': '👀 目前只觀察（WRITES=off），所以目錄還沒有這些變更。這件事會保留到開放寫入為止。',
  'list.deleteAsk':
    '🗑️ **要刪除 {{list}} 嗎？** 清單會從目錄消失，裡面的 **{{count}}** 位成員也不再屬於它。這無法復原。如果確定，請按按鈕並輸入清單名稱。',
  'list.deleteWrong': '✏️ 那不是這個清單的名稱，所以沒有刪除。名稱必須完全相同。',
  'list.deleteKept': '👍 沒有刪除任何清單。',
  'list.deleting': '🗑️ 已受理：正在刪除 **{{list}}**。完成後我會在這裡告訴你。',
  'list.deleteObserve':
    '👀 已受理，但目前只觀察（WRITES=off），不寫入目錄：**{{list}}** 會留在那裡。這件事會保留到開放寫入為止。',
  'list.deleted': '✅ **{{list}}** 已經刪除，目錄裡不再有這個清單。',
  'list.deleteLate':
    '⏳ **{{list}}** 還在目錄裡，目錄可能很慢或連不上。這件事已妥善保存，用 {{- /lists info}} 可以看到是否完成。',
  'list.deleteFailed': '⚠️ 無法刪除 **{{list}}**，清單維持原樣。管理員收到的警示會說明原因。',
  'list.deleteAdmins': '🔒 只有管理員能刪除清單。如果 **{{list}}** 真的該刪除，請洽管理員。',
  'list.nobody': '👥 **{{list}}** 裡還沒有人。用 {{- /lists add}} 可以加人。',
  'list.nobodyFound': '🔎 **{{list}}** 裡沒有符合「{{search}}」的人。',
  'list.nobodyMore': '👥 **{{list}}** 的成員已經全部列出，這一頁沒有人了。',
  'list.membersHeading': '👥 **{{list}} 的成員**',
  'list.membersFound': '👥 **{{list}} 的成員中符合「{{search}}」的人**',
  'list.membersRange': '-# 第 {{page}} 頁：第 {{first}} 到 {{last}} 位',
  'list.member': '▫️ **{{username}}** {{displayName}}',
  'list.whoOne': '✏️ 請說明對象是誰：`user:` 或 `username:`，只填其中一個。沒有任何變更。',
  'list.whoNotLinked':
    '🔎 {{- account}} 沒有連結到任何人，或對方不在清單裡。請改用 `username:` 填寫對方在目錄裡的使用者名稱。沒有任何變更。',

  'managed.done.subscribe': '✅ **{{member}}** 已經加入 **{{list}}**。',
  'managed.done.unsubscribe': '✅ **{{member}}** 已經移出 **{{list}}**。',
  'managed.already.subscribe': '✅ **{{member}}** 本來就在 **{{list}}** 裡，不需要變更。',
  'managed.already.unsubscribe': '✅ **{{member}}** 本來就不在 **{{list}}** 裡，不需要變更。',
  'managed.waiting.subscribe':
    '⏳ 已受理：會把 **{{member}}** 加入 **{{list}}**。目錄還沒回應，一有結果我會在這裡告訴你。',
  'managed.waiting.unsubscribe':
    '⏳ 已受理：會把 **{{member}}** 移出 **{{list}}**。目錄還沒回應，一有結果我會在這裡告訴你。',
  'managed.late.subscribe':
    '⏳ 把 **{{member}}** 加入 **{{list}}** 這件事已妥善保存，只是目錄還沒回應。之後用 {{- /lists members}} 可以看到結果。',
  'managed.late.unsubscribe':
    '⏳ 把 **{{member}}** 移出 **{{list}}** 這件事已妥善保存，只是目錄還沒回應。之後用 {{- /lists members}} 可以看到結果。',
  'managed.approval.subscribe': '📝 把 **{{member}}** 加入 **{{list}}** 需要負責人或管理員審核。',
  'managed.approval.unsubscribe': '📝 把 **{{member}}** 移出 **{{list}}** 需要負責人或管理員審核。',
  'managed.held.unsubscribe':
    '✋ 把 **{{member}}** 移出 **{{list}}** 需要管理員同意：一小時內會有很多人被移出這個清單。管理員會收到詢問；一天內沒有答覆，就不會變更。',
  'managed.observe.subscribe':
    '👀 目前只觀察、不寫入目錄。若要把 **{{member}}** 加入 **{{list}}**，我會寫入下面的內容。這件事會保留到開放寫入為止。',
  'managed.observe.unsubscribe':
    '👀 目前只觀察、不寫入目錄。若要把 **{{member}}** 移出 **{{list}}**，我會寫入下面的內容。這件事會保留到開放寫入為止。',
  'managed.observe.nothing.subscribe':
    '👀 目前只觀察、不寫入目錄。就我所見，**{{member}}** 已經在 **{{list}}** 裡了，但先前的寫入可能還在進行。這件事會保留到開放寫入為止，到時我會再確認。',
  'managed.observe.nothing.unsubscribe':
    '👀 目前只觀察、不寫入目錄。就我所見，**{{member}}** 已經不在 **{{list}}** 裡了，但先前的寫入可能還在進行。這件事會保留到開放寫入為止，到時我會再確認。',
  'managed.superseded.subscribe':
    '↩️ 關於 **{{member}}** 和 **{{list}}** 有更新的決定，取代了這一個。用 {{- /lists members}} 查看現況。',
  'managed.superseded.unsubscribe':
    '↩️ 關於 **{{member}}** 和 **{{list}}** 有更新的決定，取代了這一個。用 {{- /lists members}} 查看現況。',
  'managed.cancelled.subscribe': '↩️ 已撤回：不會把 **{{member}}** 加入 **{{list}}**。',
  'managed.cancelled.unsubscribe': '↩️ 已撤回：**{{member}}** 留在 **{{list}}**。',
  'managed.notWaiting':
    '⏳ 這件事已經無法撤回：可能正在寫入目錄，或已經有結果。請用 {{- /lists members}} 查看現況；想要相反的結果，請用 {{- /lists add}} 或 {{- /lists remove}}。',
  'managed.denied.subscribe': '🚫 沒有通過：不會把 **{{member}}** 加入 **{{list}}**。',
  'managed.denied.unsubscribe': '🚫 沒有通過：**{{member}}** 留在 **{{list}}**。',
  'managed.expired.subscribe': '⌛ 逾期未審核，所以不會把 **{{member}}** 加入 **{{list}}**。',
  'managed.expired.unsubscribe': '⌛ 逾期未審核，所以 **{{member}}** 留在 **{{list}}**。',
  'managed.failed.LIST_GONE': '⚠️ **{{list}}** 在處理 **{{member}}** 之前就被刪除了。',
  'managed.failed.LIST_UNMANAGED': '↩️ **{{list}}** 已經不在這裡管理，所以沒有為 **{{member}}** 做任何變更。',
  'managed.failed.MEMBER_GONE': '⚠️ 目錄裡已經沒有 **{{member}}**，所以無法變更對方在 **{{list}}** 的狀態。',
  'managed.failed.ADDRESS_SHARED':
    '⚠️ 目錄裡有另一個人和 **{{member}}** 用同一個電子郵件地址，在 **{{list}}** 上無法區分。請給對方一個專屬的地址，然後再試一次。',
  'managed.failed.NO_ADDRESS':
    '⚠️ 目錄裡沒有 **{{member}}** 的電子郵件地址，而 **{{list}}** 需要它。請在目錄裡補上，然後再試一次。',
  'managed.failed.ADDRESS_NOT_ASCII':
    '⚠️ **{{list}}** 只能存放純 ASCII 的電子郵件地址，而 **{{member}}** 的地址含有其他字元。',
  'managed.failed.USERNAME_SHARED':
    '⚠️ 目錄裡有另一個人和 **{{member}}** 用同一個使用者名稱，在 **{{list}}** 上無法區分。請給對方一個專屬的使用者名稱，然後再試一次。',
  'managed.failed.DIRECTORY_REFUSED':
    '⚠️ 目錄拒絕為 **{{member}}** 變更 **{{list}}**，所以沒有任何變更。管理員收到的警示會說明原因。',
  'managed.failed.other':
    '⚠️ 無法為 **{{member}}** 變更 **{{list}}**，所以沒有任何變更。請再試一次，或查看警示。',

  'status.well': '✅ **一切正常。**',
  'status.observing': '👀 **guildpost 目前只觀察（WRITES=off），不寫入目錄。** 沒有故障。',
  'status.trouble': '⚠️ **持續中的問題：{{count}} 個。** 列在這則訊息的最後。',
  'status.attention': '🙋 **沒有故障，但有事情需要處理。**',
  'status.changes': '🔁 變更：{{queued}} 個排隊中、{{applying}} 個寫入中、{{asking}} 個等待審核',
  'status.oldest': '，最早的一個應在 {{- since}} 處理',
  'status.target.up': '📗 目錄（{{name}}）：可以寫入',
  'status.target.observing': '📘 目錄（{{name}}）：只觀察（WRITES=off），不寫入',
  'status.target.paused': '📕 目錄（{{name}}）：{{- since}} 暫停（{{reason}}）',
  'status.mirror': '🪞 鏡像：{{people}} 人、{{lists}} 個清單，{{- when}} 的狀態，{{- mode}}',
  'status.mirrorNever': '🪞 鏡像：還沒讀過目錄',
  'status.mode.syncrepl': '透過即時同步',
  'status.mode.version': '定期查詢較新的版本',
  'status.mode.time': '定期查詢較新的時間',
  'status.mode.full': '每次讀取全部',
  'status.mode.unknown': '同步方式未知',
  'status.run.running': '🔎 完整比對：進行中，{{- when}} 開始',
  'status.run.queued': '🔎 完整比對：即將開始',
  'status.run.done': '🔎 最近一次完整比對：{{- when}}，有差異的清單：{{count}} 個',
  'status.run.failed': '🔎 最近一次完整比對：{{- when}} 失敗（{{problem}}）',
  'status.run.never': '🔎 最近一次完整比對：還沒有',
  'status.holds': '🙋 一次很多、等待管理員同意：{{count}} 件',
  'status.holdsCounted': '{{- line}}（其中的變更已算在上面）',
  'status.outbox': '📬 訊息與郵件：{{queued}} 封待寄，過去 7 天放棄 {{failed}} 封',
  'status.resend': '{{- line}}：{{- /notices resend}} 會重新傳送',
  'status.audit': '🔏 稽核紀錄：已封存 {{sealed}} 筆，待封存 {{unsealed}} 筆',
  'status.incidents': '**持續中的事項**',
  'status.incident': '🔴 {{- since}} {{subject}}',
  'status.asks': '🙋 {{- since}} {{subject}}',
  'status.incidentSeen': '🟡 {{- since}} {{subject}}（{{username}} 正在處理）',
}
