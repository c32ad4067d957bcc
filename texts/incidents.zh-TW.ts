import type { ChangeAction } from '../domain/contracts/change.ts'
import type { IncidentTexts } from './incidents.en.ts'
import { megabytes } from './megabytes.ts'

const tried = (list: string, members: string, action: ChangeAction | null) => {
  if (action === null) return `變更 ${list} 的成員（${members}）`
  return action === 'subscribe' ? `將 ${members} 加入 ${list}` : `將 ${members} 從 ${list} 移除`
}
const whatFailed = { create: '建立', edit: '編輯', delete: '刪除' } as const

export const incidentsZhTw: IncidentTexts = {
  troubles: {
    'directory-away': ({ reason, sinceS }, { since }) => ({
      subject: '目錄沒有回應',
      wrong: `LDAP 目錄從 ${since(sinceS)} 起就沒有給出可用的回應：${reason}。申請照常接受，等目錄恢復後再執行。`,
      mend: '請確認 LDAP 伺服器是否在執行，以及 worker 所在的機器能不能連到 LDAP_URL。之後不需要手動補做任何事。',
    }),
    'target-paused': ({ target, list, code, reason, waiting }) => ({
      subject: list === undefined ? '暫停寫入目錄' : '目錄拒絕寫入一個清單',
      wrong:
        list === undefined
          ? `目錄（${target}）拒絕寫入，代碼 ${code}：${reason}。有 ${waiting} 筆變更在等待，不會遺失。`
          : `目錄（${target}）拒絕寫入清單 ${list}，代碼 ${code}：${reason}。有 ${waiting} 筆變更在等待，不會遺失。其他清單照常進行。`,
      mend:
        list === undefined
          ? '請檢查 worker 的帳號（LDAP_BIND_DN、密碼、在 LDAP_LISTS_BASE 之下的權限），以及伺服器是否變成唯讀或空間已滿。系統會自動重試。'
          : '請檢查 worker 的帳號（LDAP_BIND_DN）對這個清單的項目有沒有寫入權限。系統會自動重試。',
    }),
    'change-failed': ({ list, members, count, action, code, message }, { names }) => ({
      subject: `有 ${count} 筆變更無法完成`,
      wrong: `${tried(list, names(members, count), action)}失敗（${code}）：${message}`,
      mend: '請先在目錄裡排除原因，再全部重試一次。成員已經收到失敗的通知。',
    }),
    'list-entry-failed': ({ list, operation, code, message }) => ({
      subject: '有一個清單無法寫入',
      wrong: `無法在目錄裡${whatFailed[operation]}清單 ${list} 的項目（${code}）：${message}`,
      mend: '請檢查 worker 的帳號在 LDAP_LISTS_BASE 之下的權限，以及是否已有同名的項目，然後重新要求一次。',
    }),
    'queue-old': ({ oldestS, waiting }, { since }) => ({
      subject: '變更等待太久',
      wrong: `有 ${waiting} 筆變更該執行了，最早的一筆從 ${since(oldestS)} 等到現在。`,
      mend: '請確認 worker 是否在執行，以及紀錄檔對這些清單說了什麼。如果 worker 太忙，請再啟動一個。',
    }),
    'removals-held': ({ list, count, members, requestedBy, expiresAt }, { names, when }) => ({
      subject: `從 ${list} 移除成員需要您決定`,
      wrong: `${requestedBy === null ? '' : `${requestedBy} 要求：`}將有 ${count} 人從 ${list} 移除，超過不需同意的上限：${names(members, count)}。`,
      mend: `如果確實要這樣做，請核准；如果不是，請拒絕（GET /api/v1/admin/holds 也能看到）。沒有決定就不會移除任何人，期限：${when(expiresAt)}。`,
    }),
    'people-gone': ({ gone, linked }) => ({
      subject: '很多已連結的成員從目錄裡消失了',
      wrong: `${linked} 位已連結的成員之中，有 ${gone} 位不在目錄裡了。一次這麼多人看起來像是出了錯，所以暫時不通知任何人，也不解除任何連結。`,
      mend: '請確認 LDAP_PEOPLE_BASE 和 LDAP_PEOPLE_FILTER 仍然找得到所有人，以及目錄裡有沒有少了人。如果這些人真的離開了，請核准；如果不是，請拒絕，並把項目復原。沒有人決定時什麼都不會做，每天會再問一次。',
    }),
    'lists-gone': ({ gone, total, lists }, { names }) => ({
      subject: '很多清單從目錄裡消失了',
      wrong: `${total} 個清單之中，有 ${gone} 個不在目錄裡了：${names(lists, gone)}。一次這麼多看起來像是出了錯，所以暫時不關閉任何清單。`,
      mend: '請確認 LDAP_LISTS_BASE 和 LDAP_LIST_CLASS 仍然找得到所有清單，以及目錄裡有沒有少了項目。如果真的刪除了，請核准，相關的申請會失敗；如果不是，請拒絕（相關的申請會取消），並把清單復原。沒有人決定時這些申請會一直等，每天會再問一次。',
    }),
    'read-incomplete': ({ problem }) => ({
      subject: '目錄沒有讀取完整',
      wrong: `讀取目錄時提前結束：${problem}。沒有因此移除任何東西，畫面上仍是先前讀到的內容。`,
      mend: '請檢查伺服器對 worker 帳號的筆數和時間限制，以及兩個 base 是否存在。系統會自動再讀一次。',
    }),
    drift: ({ list, joined, parted, joinedCount, partedCount, edits }, { names }) => ({
      subject: `${list} 被其他工具修改了`,
      wrong: [
        edits > 1
          ? `${list} 在目錄裡有 ${edits} 次變動，但都不是從這裡申請的。以下是最近一次。`
          : `${list} 在目錄裡有變動，但不是從這裡申請的。`,
        ...(joinedCount > 0 ? [`新加入（${joinedCount} 人）：${names(joined, joinedCount)}。`] : []),
        ...(partedCount > 0 ? [`已不在清單上（${partedCount} 人）：${names(parted, partedCount)}。`] : []),
      ].join(''),
      mend:
        edits > 1
          ? '如果這是刻意的，請確認收到；如果不是，請復原，這會還原最近一次變動；更早的變動請看讀取報告。'
          : '如果這是刻意的，請確認收到；如果不是，請復原，清單會回到原本的成員。',
    }),
    'redis-away': ({ reason, sinceS }, { since }) => ({
      subject: 'Redis 沒有回應',
      wrong: `Redis 從 ${since(sinceS)} 起沒有回應：${reason}。一切照常運作，次數限制暫時由每個 api 各自計算。`,
      mend: '請確認 Redis 是否在執行，以及 REDIS_URL 的伺服器和使用者是否正確。',
    }),
    'redis-full': ({ used, max }) => ({
      subject: 'Redis 快滿了',
      wrong: `Redis 用了 ${megabytes(used)} MB，上限是 ${megabytes(max)} MB。滿了之後次數限制改由每個 api 各自計算，快取也不再保留，但不會有請求失敗。`,
      mend: '請看看是什麼佔用了空間（以管理員身分執行 redis-cli --bigkeys），並調高 maxmemory。',
    }),
    'jobs-away': ({ reason, sinceS }, { since }) => ({
      subject: '工作儲存庫沒有回應',
      wrong: `工作儲存庫從 ${since(sinceS)} 起沒有回應：${reason}。這段期間 worker 會依自己的時鐘處理最急的事。`,
      mend: '請確認 JOBS_URL 所指的資料庫是否在執行、能不能連上。恢復後工作會自動繼續。',
    }),
    'postgres-away': ({ reason, sinceS }, { since }) => ({
      subject: 'Postgres 沒有回應',
      wrong: `Postgres 從 ${since(sinceS)} 起沒有回應：${reason}。這段期間無法接受任何申請；先前接受的都安全。`,
      mend: '請確認 Postgres 是否在執行、磁碟還有空間，以及能不能連到 DATABASE_URL。恢復後一切會自動繼續。',
    }),
    'pool-exhausted': ({ process, waiting, max }) => ({
      subject: 'Postgres 的連線全部用完了',
      wrong: `${process} 的 ${max} 條連線都在使用中，還有 ${waiting} 個要求在等。`,
      mend: '請在 Postgres 裡找出很慢的查詢；如果沒有，請調高 DATABASE_POOL_MAX，或再啟動一個行程。',
    }),
    'mail-undeliverable': ({ count, error }) => ({
      subject: '郵件寄不出去',
      wrong: `有 ${count} 封郵件無法寄出。最近一次的原因：${error}`,
      mend: '請檢查 SMTP_URL 和 MAIL_FROM，以及郵件伺服器是否接受我們的郵件。還在等待的會自動寄出；被拒收的地址需要在目錄裡更正。',
    }),
    'discord-undeliverable': ({ count, error }) => ({
      subject: '訊息送不到 Discord',
      wrong: `有 ${count} 則訊息無法送出。最近一次的原因：${error}`,
      mend: '請檢查 DISCORD_TOKEN、機器人能不能在 DISCORD_ALERT_CHANNEL_ID 的頻道發言，以及 Discord 的狀態頁面。還在等待的會自動送出。',
    }),
    'clock-skew': ({ skewS, from }) => ({
      subject: '時鐘不一致',
      wrong: `worker 所在機器的時鐘和${from === 'postgres' ? ' Postgres ' : '目錄'}的時鐘相差 ${Math.abs(Math.round(skewS))} 秒。`,
      mend: '請讓兩台機器用同樣的 NTP 伺服器校時。稽核紀錄裡的時間以 Postgres 為準。',
    }),
    'audit-broken': ({ position, problem }) => ({
      subject: '稽核紀錄不完整',
      wrong: `稽核紀錄的鏈在第 ${position} 筆斷開：${problem}。從那裡開始的紀錄可能被人手動改過。`,
      mend: '請保留資料庫的現況，和備份以及最近一次簽署的檢查點比對，並查明誰有存取權限。',
    }),
  },
  andMore: (names, more) => `${names} 等，還有 ${more} 個`,
  separator: '、',
  duration: (seconds) => {
    if (seconds < 90) return `${Math.max(1, Math.round(seconds))} 秒`
    if (seconds < 5400) return `${Math.round(seconds / 60)} 分鐘`
    if (seconds < 172_800) return `${Math.round(seconds / 3600)} 小時`
    return `${Math.round(seconds / 86_400)} 天`
  },
  resolved: (subject, after) => `✅ **${subject}**：${after}後已解決`,
  outcomes: {
    approved: '已核准。',
    denied: '已拒絕。',
    expired: '期限內沒有人決定，所以沒有執行。',
    reverted: '已復原。',
    retried: '已重試。',
  },
  seen: (count, last) => `出現 ${count} 次，最近一次：${last}`,
  acknowledged: (by, at) => `👀 ${by ?? '有人'}正在處理，從 ${at} 開始`,
  buttons: {
    acknowledge: '確認收到',
    approve: '核准',
    deny: '拒絕',
    retry: '重試',
    revert: '復原',
  },
  overSubject: (subject) => `已解決：${subject}`,
  overText: (after, text) => `這件事在${after}後已經解決。內容如下：\n\n${text}`,
}
