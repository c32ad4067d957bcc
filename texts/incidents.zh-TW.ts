import type { incidentsEn } from './incidents.en.ts'

export const incidentsZhTW: Record<keyof typeof incidentsEn, string> = {
  'incident.directory-away.subject': '目錄沒有回應',
  'incident.directory-away.wrong':
    'LDAP 目錄從 {{- since}} 起就沒有給出可用的回應：{{- reason}}。申請照常接受，等目錄恢復後再執行。',
  'incident.directory-away.mend':
    '請確認 LDAP 伺服器是否在執行、worker 所在的機器能不能連到 LDAP_URL，以及 LDAP_BIND_DN 和密碼是否正確（不正確時會回應 49）。之後不需要手動補做任何事。',
  'incident.directory-away.api.subject': '目錄拒絕了 API 的帳號',
  'incident.directory-away.api.wrong':
    '從 {{- since}} 起，LDAP 目錄不讓 API 的帳號做任何事：{{- reason}}。沒有人能登入，也不能使用 /link 的頁面。成員的申請照樣會執行。',
  'incident.directory-away.api.mend':
    '請確認目錄是否接受 LDAP_READ_BIND_DN 和密碼（不接受時會回應 49）；沒有設定的話，請確認目錄是否讓 API 匿名讀取。換了密碼之後，請重新啟動 API。',
  'incident.waits.one': '有 {{count}} 筆變更在等待',
  'incident.waits.many': '有 {{count}} 筆變更在等待',
  'incident.target-paused.subject': '暫停寫入目錄',
  'incident.target-paused.wrong':
    '目錄（{{- target}}）拒絕寫入，代碼 {{- code}}：{{- reason}}。{{- waits}}，不會遺失。',
  'incident.target-paused.mend':
    '請檢查 worker 的帳號（LDAP_BIND_DN、密碼、在 LDAP_LISTS_BASE 之下的權限），以及伺服器是否變成唯讀或空間已滿。系統會自動重試。',
  'incident.target-paused.list.subject': '目錄拒絕寫入一個清單',
  'incident.target-paused.list.wrong':
    '目錄（{{- target}}）拒絕寫入清單 {{- list}}，代碼 {{- code}}：{{- reason}}。{{- waits}}，不會遺失。其他清單照常進行。',
  'incident.target-paused.list.mend':
    '請檢查 worker 的帳號（LDAP_BIND_DN）對這個清單的項目有沒有寫入權限。系統會自動重試。',
  'incident.change-failed.one.subject': '有 1 筆變更無法完成',
  'incident.change-failed.one.mend': '請先在目錄裡排除原因，再重試一次。',
  'incident.change-failed.many.subject': '有 {{count}} 筆變更無法完成',
  'incident.change-failed.many.mend': '請先在目錄裡排除原因，再全部重試一次。',
  'incident.change-failed.subscribe': '將 {{- members}} 加入 {{- list}} 失敗（{{- code}}）：{{- message}}',
  'incident.change-failed.unsubscribe': '將 {{- members}} 移出 {{- list}} 失敗（{{- code}}）：{{- message}}',
  'incident.change-failed.both': '變更 {{- list}} 的成員（{{- members}}）失敗（{{- code}}）：{{- message}}',
  'incident.list-entry-failed.subject': '有一個清單無法寫入',
  'incident.list-entry-failed.create': '無法在目錄裡建立清單 {{- list}} 的項目（{{- code}}）：{{- message}}',
  'incident.list-entry-failed.edit': '無法在目錄裡編輯清單 {{- list}} 的項目（{{- code}}）：{{- message}}',
  'incident.list-entry-failed.delete': '無法在目錄裡刪除清單 {{- list}} 的項目（{{- code}}）：{{- message}}',
  'incident.list-entry-failed.mend':
    '請檢查 worker 的帳號在 LDAP_LISTS_BASE 之下的權限，以及是否已有同名的項目，然後再操作一次。',
  'incident.queue-old.subject': '變更等待太久',
  'incident.queue-old.one': '有 {{count}} 筆變更該執行了，從 {{- since}} 等到現在。',
  'incident.queue-old.many': '有 {{count}} 筆變更該執行了，最早的一筆從 {{- since}} 等到現在。',
  'incident.queue-old.mend':
    '請確認 worker 是否在執行，以及紀錄檔裡有沒有關於這些清單的訊息。如果 worker 太忙，請再啟動一個。',
  'incident.removals-held.subject': '將成員移出 {{- list}} 需要你決定',
  'incident.removals-held.one': '將有 {{count}} 人被移出 {{- list}}，超過不需同意的上限：{{- members}}。',
  'incident.removals-held.many': '將有 {{count}} 人被移出 {{- list}}，超過不需同意的上限：{{- members}}。',
  'incident.removals-held.asked.one':
    '{{- requestedBy}} 要求：將有 {{count}} 人被移出 {{- list}}，超過不需同意的上限：{{- members}}。',
  'incident.removals-held.asked.many':
    '{{- requestedBy}} 要求：將有 {{count}} 人被移出 {{- list}}，超過不需同意的上限：{{- members}}。',
  'incident.removals-held.mend':
    '如果確實要這樣做，請核准；如果不是，請拒絕（GET /api/v1/admin/holds 也能看到）。沒有決定就不會有人被移出，期限：{{- when}}。',
  'incident.requests-waiting.one.subject': '有人想加入 {{- list}}',
  'incident.requests-waiting.one': '{{- members}} 申請加入 {{- list}}（{{- when}}）。',
  'incident.requests-waiting.one.mend':
    '核准就會加入清單，拒絕就不會，和 /lists add、/lists remove 一樣；結果會通知本人。沒有人決定時，這個申請會一直等著。',
  'incident.requests-waiting.many.subject': '{{count}} 人想加入 {{- list}}',
  'incident.requests-waiting.many':
    '{{count}} 人申請加入 {{- list}}（最早的一位：{{- when}}）：{{- members}}。',
  'incident.requests-waiting.many.mend':
    '核准就會讓他們全部加入，拒絕就全部不加入；只想決定其中一位，請用 /lists add 或 /lists remove。結果會通知本人。沒有人決定時，這些申請會一直等著。',
  'incident.people-gone.subject': '很多已連結的成員從目錄裡消失了',
  'incident.people-gone.wrong':
    '{{linked}} 位已連結的成員之中，有 {{gone}} 位不在目錄裡了。一次這麼多人看起來像是出了錯，所以暫時不通知任何人，也不解除任何連結。',
  'incident.people-gone.mend':
    '請確認 LDAP_PEOPLE_BASE 和 LDAP_PEOPLE_FILTER 仍然找得到所有人，以及目錄裡有沒有少了人。如果這些人真的離開了，請核准；如果不是，請拒絕，並把項目復原。沒有人決定時什麼都不會做，每天會再問一次。',
  'incident.lists-gone.subject': '很多清單從目錄裡消失了',
  'incident.lists-gone.wrong':
    '{{total}} 個清單之中，有 {{gone}} 個不在目錄裡了：{{- lists}}。一次這麼多看起來像是出了錯，所以暫時不關閉任何清單。',
  'incident.lists-gone.mend':
    '請確認 LDAP_LISTS_BASE 和 LDAP_LIST_CLASS 仍然找得到所有清單，以及目錄裡有沒有少了項目。如果真的刪除了，請核准，相關的申請會失敗；如果不是，請拒絕（相關的申請會取消），並把清單復原。沒有人決定時這些申請會一直等，每天會再問一次。',
  'incident.admins-lost.subject': '管理員群組裡找不到任何管理員',
  'incident.admins-lost.subject.number': '沒有人的 gidNumber 是管理員的號碼',
  'incident.admins-lost.missing':
    'LDAP_ADMIN_GROUP 的群組（{{- value}}）不在目錄裡，或是 worker 的帳號看不到它。靠這個群組成為管理員的人，現在都不是管理員了。',
  'incident.admins-lost.empty':
    'LDAP_ADMIN_GROUP 的群組（{{- value}}）裡沒有我們找得到的人，或是 worker 的帳號看不到它的成員。靠這個群組成為管理員的人，現在都不是管理員了。',
  'incident.admins-lost.number':
    '找不到 gidNumber 為 {{- value}}（LDAP_ADMIN_GID）的人。靠這個號碼成為管理員的人，現在都不是管理員了。',
  'incident.admins-lost.mend':
    '請修正目錄、讓 LDAP_BIND_DN 的帳號可以讀取，或更正 api 和 worker 的這個設定；npm run doctor 會指出問題在哪裡。在那之前，可以用 npm run admin -- grant NAME 讓某人成為管理員。',
  'incident.read-incomplete.subject': '目錄沒有讀取完整',
  'incident.read-incomplete.wrong':
    '讀取目錄時提前結束：{{- problem}}。沒有因此移除任何東西，畫面上仍是先前讀到的內容。',
  'incident.read-incomplete.mend':
    '請檢查伺服器對 worker 帳號的筆數和時間限制，以及兩個 base 是否存在。系統會自動再讀一次。',
  'incident.drift.subject': '{{- list}} 被其他工具修改了',
  'incident.drift.one': '{{- list}} 在目錄裡有變動，但不是從這裡申請的。',
  'incident.drift.many': '{{- list}} 在目錄裡有 {{count}} 次變動，但都不是從這裡申請的。以下是最近一次。',
  'incident.drift.joined': '新加入（{{count}} 人）：{{- members}}。',
  'incident.drift.parted': '已不在清單裡（{{count}} 人）：{{- members}}。',
  'incident.drift.one.mend': '如果這是刻意的，請確認收到；如果不是，請復原，清單會回到原本的成員。',
  'incident.drift.many.mend':
    '如果這是刻意的，請確認收到；如果不是，請復原，這會還原最近一次變動；更早的變動請看讀取報告。',
  'incident.drift.large.mend':
    '如果這是刻意的，請確認收到；如果不是，請直接在目錄裡修正 {{- list}}：一次超過 {{most}} 人的變動無法從這裡復原。有哪些人請看讀取報告。',
  'incident.redis-away.subject': 'Redis 沒有回應',
  'incident.redis-away.wrong':
    'Redis 從 {{- since}} 起沒有回應：{{- reason}}。一切照常運作，次數限制暫時由每個 api 各自計算。',
  'incident.redis-away.mend': '請確認 Redis 是否在執行，以及 REDIS_URL 的伺服器和使用者是否正確。',
  'incident.redis-full.subject': 'Redis 快滿了',
  'incident.redis-full.wrong':
    'Redis 用了 {{- used}} MB，上限是 {{- max}} MB。滿了之後次數限制改由每個 api 各自計算，不會有請求失敗。',
  'incident.redis-full.mend':
    '請看看是什麼佔用了空間（以管理員身分執行 redis-cli --bigkeys），並調高 maxmemory。',
  'incident.jobs-away.subject': '工作儲存庫沒有回應',
  'incident.jobs-away.wrong':
    '工作儲存庫從 {{- since}} 起沒有回應：{{- reason}}。這段期間 worker 會依自己的時鐘處理最急的事。',
  'incident.jobs-away.mend': '請確認 JOBS_URL 所指的資料庫是否在執行、能不能連上。恢復後工作會自動繼續。',
  'incident.postgres-away.subject': 'Postgres 沒有回應',
  'incident.postgres-away.wrong':
    'Postgres 從 {{- since}} 起沒有回應：{{- reason}}。這段期間無法接受任何申請；先前接受的都安全。',
  'incident.postgres-away.mend':
    '請確認 Postgres 是否在執行、磁碟還有空間，以及能不能連到 DATABASE_URL。恢復後一切會自動繼續。',
  'incident.pool-exhausted.subject': 'Postgres 的連線全部用完了',
  'incident.pool-exhausted.wrong': '{{- process}} 的 {{- connections}}都在使用中，還有 {{- requests}}。',
  'incident.pool-exhausted.connections.one': '{{count}} 條連線',
  'incident.pool-exhausted.connections.many': '{{count}} 條連線',
  'incident.pool-exhausted.requests.one': '{{count}} 個請求在等',
  'incident.pool-exhausted.requests.many': '{{count}} 個請求在等',
  'incident.pool-exhausted.mend':
    '請在 Postgres 裡找出很慢的查詢；如果沒有，請調高 DATABASE_POOL_MAX，或再啟動一個行程。',
  'incident.mail-undeliverable.subject': '郵件寄不出去',
  'incident.mail-undeliverable.one': '有 {{count}} 封郵件無法寄出。最近一次的原因：{{- error}}',
  'incident.mail-undeliverable.many': '有 {{count}} 封郵件無法寄出。最近一次的原因：{{- error}}',
  'incident.mail-undeliverable.mend':
    '請檢查 SMTP_URL 和 MAIL_FROM，以及郵件伺服器是否接受我們的郵件。還在等待的會自動寄出；被拒收的地址需要在目錄裡更正。',
  'incident.discord-undeliverable.subject': '訊息送不到 Discord',
  'incident.discord-undeliverable.one': '有 {{count}} 則訊息無法送出。最近一次的原因：{{- error}}',
  'incident.discord-undeliverable.many': '有 {{count}} 則訊息無法送出。最近一次的原因：{{- error}}',
  'incident.discord-undeliverable.mend':
    '請檢查 DISCORD_TOKEN、機器人能不能在 DISCORD_ALERT_CHANNEL_ID 的頻道發言，以及 Discord 的狀態頁面。還在等待的會自動送出。',
  'incident.clock-skew.subject': '時鐘不一致',
  'incident.clock-skew.postgres': 'worker 所在機器的時鐘和 Postgres 的時鐘相差 {{seconds}} 秒。',
  'incident.clock-skew.directory': 'worker 所在機器的時鐘和目錄的時鐘相差 {{seconds}} 秒。',
  'incident.clock-skew.mend': '請讓兩台機器用同樣的 NTP 伺服器校時。稽核紀錄裡的時間以 Postgres 為準。',
  'incident.audit-broken.subject': '稽核紀錄不完整',
  'incident.audit-broken.wrong':
    '稽核紀錄的鏈在第 {{position}} 筆斷開：{{- problem}}。從那裡開始的紀錄可能被人手動改過。',
  'incident.audit-broken.mend':
    '請保留資料庫的現況，和備份以及最近一次簽署的檢查點比對，並查明誰有存取權限。',
  'incident.names.more': '{{- names}} 等，還有 {{more}} 個',
  'incident.resolved': '✅ **{{- subject}}**：已解決，歷時 {{- duration}}',
  'incident.outcome.approved': '已核准。',
  'incident.outcome.approved.by': '由 {{- by}} 核准。',
  'incident.outcome.denied': '已拒絕。',
  'incident.outcome.denied.by': '由 {{- by}} 拒絕。',
  'incident.outcome.expired': '期限內沒有人決定，所以沒有執行。',
  'incident.outcome.reverted': '已復原。',
  'incident.outcome.reverted.by': '由 {{- by}} 復原。',
  'incident.outcome.retried': '已重試。',
  'incident.outcome.retried.by': '由 {{- by}} 重試。',
  'incident.seen': '出現 {{count}} 次，最近一次：{{- last}}',
  'incident.acknowledged': '👀 {{- by}} 正在處理，從 {{- at}} 開始',
  'incident.acknowledged.somebody': '👀 有人正在處理，從 {{- at}} 開始',
  'incident.over.subject': '已結束：{{- subject}}',
  'incident.over.text': '這件事歷時 {{- duration}}，已經結束。內容如下：\n\n{{- text}}',
  'button.alert.acknowledge': '確認收到',
  'button.alert.approve': '核准',
  'button.alert.deny': '拒絕',
  'button.alert.retry': '重試',
  'button.alert.revert': '復原',
  'duration.second.one': '{{count}} 秒',
  'duration.second.many': '{{count}} 秒',
  'duration.minute.one': '{{count}} 分鐘',
  'duration.minute.many': '{{count}} 分鐘',
  'duration.hour.one': '{{count}} 小時',
  'duration.hour.many': '{{count}} 小時',
  'duration.day.one': '{{count}} 天',
  'duration.day.many': '{{count}} 天',
}
