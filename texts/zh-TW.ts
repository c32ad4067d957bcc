import type { en } from './en.ts'
import { alertsZhTW } from './alerts.zh-TW.ts'
import { incidentsZhTW } from './incidents.zh-TW.ts'
import { managingZhTW } from './managing.zh-TW.ts'
import { noticesZhTW } from './notices/zh-TW.ts'
import { githubZhTW } from './notices/github.zh-TW.ts'
import { newsZhTW } from './news.zh-TW.ts'
import { routingZhTW } from './routing.zh-TW.ts'

/** 台灣正體中文。與 en.ts 的鍵與變數一致。 */
export const zhTW: Record<keyof typeof en, string> = {
  ...managingZhTW,
  ...alertsZhTW,
  ...incidentsZhTW,
  ...noticesZhTW,
  ...githubZhTW,
  ...newsZhTW,
  ...routingZhTW,
  'command.subscribe': '加入郵件清單',
  'command.unsubscribe': '退出郵件清單',
  'command.subscriptions': '查看所有清單，也可以一次變更好幾個',
  'command.link': '把你的 Discord 帳號連結到目錄帳號',
  'command.unlink': '解除 Discord 帳號與目錄帳號的連結',
  'command.whoami': '看看你現在代表哪個目錄帳號',
  'command.whois': '管理員專用：查詢某人在目錄裡是誰',
  'command.privacy': '查看這裡保存了哪些關於你的資料，或要求刪除',
  'command.lists': '查看清單的用途；負責人和管理員也在這裡管理',
  'command.status': '管理員專用：查看系統現況',
  'command.help': '我能做什麼、從哪裡開始',
  'option.subscribe.list': '想加入的清單；輸入幾個字就能搜尋',
  'option.unsubscribe.list': '想退出的清單；輸入幾個字就能搜尋',
  'option.link.method': '用什麼方式證明身分；不選的話就是在網頁登入',
  'option.link.username': '你在目錄裡的使用者名稱，用郵件收驗證碼時需要',
  'option.unlink.user': '管理員專用：要解除誰的連結',
  'option.whois.user': '想查詢的人',
  'choice.link.web': '在網頁用密碼登入',
  'choice.link.mail': '用電子郵件收驗證碼（要填使用者名稱）',
  'option.privacy.export': '到哪裡下載關於你的全部資料',
  'option.privacy.forget': '刪除所有不屬於目錄本身的資料',
  'option.lists.info': '查看清單的用途，以及誰可以加入',
  'option.lists.create': '管理員專用：在目錄裡建立新清單',
  'option.lists.edit': '負責人和管理員專用：變更清單；沒填的維持原樣',
  'option.lists.delete': '管理員專用：從目錄刪除清單',
  'option.lists.members': '負責人和管理員專用：查看清單裡有誰',
  'option.lists.add': '負責人和管理員專用：把某人加入清單',
  'option.lists.remove': '負責人和管理員專用：把某人移出清單',
  'option.lists.list': '哪個清單；輸入幾個字就能搜尋',
  'option.lists.name': '清單名稱：英文字母、數字和連字號，最多 64 個字元',
  'option.lists.newName': '管理員專用：新的名稱，英文字母、數字和連字號，最多 64 個字元',
  'option.lists.description': '用一句話說明清單的用途',
  'option.lists.newDescription': '用一句話說明清單的用途；填 - 表示清空',
  'option.lists.join': '誰可以自行加入',
  'option.lists.newJoin': '誰可以自行加入；不選的話就是不開放',
  'option.lists.hidden': '管理員專用：是否只讓清單裡的人、負責人和管理員看到',
  'option.lists.drift': '管理員專用：其他工具在目錄裡做的變更要如何處理',
  'option.lists.search': '只列出姓名或使用者名稱包含這些字的人',
  'option.lists.user': '對象是誰（對方的 Discord 帳號要已連結）',
  'option.lists.username': '或是對方在目錄裡的使用者名稱',
  'choice.join.open': '任何人都可以加入',
  'choice.join.approval': '任何人都可以申請，由負責人或管理員審核',
  'choice.join.closed': '不開放，由負責人和管理員加人',
  'choice.drift.adopt': '直接採用，不另外通知',
  'choice.drift.report': '採用，並通知管理員，可以復原',

  'button.startLink': '連結我的帳號',
  'button.openPage': '開啟登入頁面',
  'button.enterCode': '輸入驗證碼',
  'button.pageInstead': '改用網頁登入',
  'button.decideMove': '看看會發生什麼',
  'button.showLists': '查看我的清單',
  'button.withdraw': '撤回申請',
  'button.previous': '◀ 上一頁',
  'button.next': '下一頁 ▶',
  'button.unlink': '確定解除',
  'button.unlinkOther': '確定解除連結',
  'button.keep': '保留連結',
  'button.openAccount': '開啟我的帳號頁面',
  'button.forgetThere': '開啟該頁面',
  'button.forget': '是的，忘記我',
  'button.dontForget': '不，全部保留',
  'button.deleteList': '刪除…',
  'button.keepList': '保留',
  'modal.code.title': '輸入驗證碼',
  'modal.code.label': '頁面上或信件裡的六位數字',
  'modal.deleteList.title': '刪除清單',
  'modal.deleteList.label': '輸入清單名稱以確認刪除',
  'placeholder.lists': '勾選所有你想加入的清單',
  'choice.notLinked': '請先連結帳號：按下 Enter，我會告訴你怎麼做',

  'done.subscribe': '✅ 你已經加入 **{{list}}**。',
  'done.unsubscribe': '✅ 你已經退出 **{{list}}**。',
  'already.subscribe': '✅ 你本來就在 **{{list}}** 裡，不需要變更。',
  'already.unsubscribe': '✅ 你本來就不在 **{{list}}** 裡，不需要變更。',
  'proof.modified.subscribe': '-# 目錄已證實：版本 {{version}}，剛剛加入',
  'proof.modified.unsubscribe': '-# 目錄已證實：版本 {{version}}，剛剛移除',
  'proof.found': '-# 目錄已證實：版本 {{version}}，原本就是如此',
  'waiting.subscribe': '⏳ 已受理：你會加入 **{{list}}**。目錄還沒回應，一有結果我會在這裡告訴你。',
  'waiting.unsubscribe': '⏳ 已受理：你會退出 **{{list}}**。目錄還沒回應，一有結果我會在這裡告訴你。',
  'late.subscribe':
    '⏳ 你加入 **{{list}}** 的申請已妥善保存，只是目錄還沒回應。一有結果，我會用訊息或電子郵件通知你。',
  'late.unsubscribe':
    '⏳ 你退出 **{{list}}** 的申請已妥善保存，只是目錄還沒回應。一有結果，我會用訊息或電子郵件通知你。',
  'approval.subscribe': '📝 加入 **{{list}}** 需要審核。你的申請已經送出，一有結果我會馬上告訴你。',
  'approval.unsubscribe': '📝 退出 **{{list}}** 需要審核。你的申請已經送出，一有結果我會馬上告訴你。',
  'observe.subscribe':
    '👀 目前只觀察、不寫入目錄。若要把你加入 **{{list}}**，我會寫入下面的內容。你的申請會保留到開放寫入為止。',
  'observe.unsubscribe':
    '👀 目前只觀察、不寫入目錄。若要把你移出 **{{list}}**，我會寫入下面的內容。你的申請會保留到開放寫入為止。',
  'observe.nothing.subscribe':
    '👀 目前只觀察、不寫入目錄。就我所見，你已經在 **{{list}}** 裡了，但先前的寫入可能還在進行。你的申請會保留到開放寫入為止，到時我會再確認。',
  'observe.nothing.unsubscribe':
    '👀 目前只觀察、不寫入目錄。就我所見，你已經不在 **{{list}}** 裡了，但先前的寫入可能還在進行。你的申請會保留到開放寫入為止，到時我會再確認。',
  'observe.lines': '我會寫入：',
  'superseded.own.subscribe': '↩️ 你改變了主意：加入 **{{list}}** 的申請已由你較新的申請取代。',
  'superseded.own.unsubscribe': '↩️ 你改變了主意：退出 **{{list}}** 的申請已由你較新的申請取代。',
  'superseded.other.subscribe':
    '↩️ 在你申請加入 **{{list}}** 之後，管理員或負責人另有決定，取代了你的申請。用 {{- /subscriptions}} 查看現況；如果覺得不對，請洽管理員。',
  'superseded.other.unsubscribe':
    '↩️ 在你申請退出 **{{list}}** 之後，管理員或負責人另有決定，取代了你的申請。用 {{- /subscriptions}} 查看現況；如果覺得不對，請洽管理員。',
  'superseded.unknown.subscribe':
    '↩️ 關於你和 **{{list}}** 有較新的申請，取代了這個加入申請。用 {{- /subscriptions}} 查看現況。',
  'superseded.unknown.unsubscribe':
    '↩️ 關於你和 **{{list}}** 有較新的申請，取代了這個退出申請。用 {{- /subscriptions}} 查看現況。',
  'cancelled.subscribe':
    '↩️ 加入 **{{list}}** 的申請已撤回，沒有任何變更。如果還是想加入，請用 {{- /subscribe}}。',
  'cancelled.unsubscribe':
    '↩️ 退出 **{{list}}** 的申請已撤回，沒有任何變更。如果還是想退出，請用 {{- /unsubscribe}}。',
  'denied.subscribe': '🚫 你加入 **{{list}}** 的申請沒有通過。如果覺得有誤，請洽清單的負責人或管理員。',
  'denied.unsubscribe': '🚫 你退出 **{{list}}** 的申請沒有通過。如果覺得有誤，請洽清單的負責人或管理員。',
  'denied.reason': '-# 原因：{{reason}}',
  'expired.subscribe': '⌛ 你加入 **{{list}}** 的申請逾期未審核。可以用 {{- /subscribe}} 再申請一次。',
  'expired.unsubscribe': '⌛ 你退出 **{{list}}** 的申請逾期未審核。可以用 {{- /unsubscribe}} 再申請一次。',
  'failed.LIST_GONE': '⚠️ **{{list}}** 在處理之前就被刪除了。請用 {{- /subscriptions}} 看看現有的清單。',
  'failed.LIST_UNMANAGED': '↩️ **{{list}}** 已經不在這裡管理，所以沒有任何變更。請洽管理員。',
  'failed.MEMBER_GONE':
    '⚠️ 目錄裡已經沒有你的帳號，所以無法變更 **{{list}}**。請洽管理員；如果你有新帳號，請先 {{- /unlink}} 再 {{- /link}}。',
  'failed.ADDRESS_SHARED':
    '⚠️ 目錄裡有另一個人和你用同一個電子郵件地址，在 **{{list}}** 上無法區分。請管理員給你一個專屬的地址。',
  'failed.NO_ADDRESS': '⚠️ 目錄裡沒有你的電子郵件地址，而 **{{list}}** 需要它。請管理員補上之後再試一次。',
  'failed.ADDRESS_NOT_ASCII':
    '⚠️ **{{list}}** 只能存放純 ASCII 的電子郵件地址，而你的地址含有其他字元。請向管理員要另一個地址。',
  'failed.USERNAME_SHARED':
    '⚠️ 目錄裡有另一個人和你用同一個使用者名稱，在 **{{list}}** 上無法區分。請管理員給你一個專屬的使用者名稱。',
  'failed.DIRECTORY_REFUSED':
    '⚠️ 目錄拒絕變更 **{{list}}**，所以沒有任何變更。管理員看得到原因，請洽詢他們後再試一次。',
  'failed.other': '⚠️ 無法變更 **{{list}}**，所以沒有任何變更。請再試一次，或洽管理員。',

  'several.accepted': '⏳ 已受理。有些清單目錄還沒回應，一有結果我會在這裡告訴你。',
  'several.late': '⏳ 有些清單目錄還沒回應。你的申請已妥善保存，一有結果我會用訊息或電子郵件通知你。',
  'several.more': '…還有 {{count}} 個結果這裡放不下，我會用訊息或電子郵件通知你。',
  'several.nothing': '和原本一樣，所以沒有任何變更。',
  'lists.heading': '**共 {{total}} 個清單，你已加入 {{on}} 個。**',
  'lists.page': '-# 第 {{page}} 頁，共 {{pages}} 頁',
  'lists.none': '目前還沒有你看得到的清單。可以問問管理員什麼時候會有。',
  'lists.on': '✅ **{{list}}** {{title}}',
  'lists.off': '▫️ {{list}} {{title}}',
  'lists.joining': '⏳ {{list}}（加入中）{{title}}',
  'lists.leaving': '⏳ **{{list}}**（退出中）{{title}}',
  'lists.asking': '📝 {{list}}（等待審核）{{title}}',
  'lists.legend': '-# ✅ 已加入 · ▫️ 未加入 · ⏳ 處理中 · 📝 等待審核。在下方勾選就能變更。',
  'lists.tooLong':
    '-# 有 {{count}} 個清單的名稱太長，放不進選單；請用 {{- /subscribe}} 和 {{- /unsubscribe}} 變更。',

  'link.begin':
    '🔗 **來連結你的帳號吧。**\n1. 開啟登入頁面，用你的目錄帳號登入。\n2. 頁面會顯示六位數字。回到這裡按 **輸入驗證碼**。\n-# 你的密碼不會經過 Discord。頁面有效到 {{- until}}，只給你本人使用，請勿轉傳。',
  'link.done':
    '👋 {{displayName}}，你好！這個 Discord 帳號現在代表 **{{username}}**。\n接下來：用 {{- /subscriptions}} 查看所有清單，或用 {{- /subscribe}} 加入。',
  'link.already':
    '🔗 這個 Discord 帳號已經連結過了，用 {{- /whoami}} 可以看到是誰。要連結別的帳號，請先 {{- /unlink}}。',
  'link.codeShape': '✏️ 驗證碼是六位數字，例如 123456。請按 **輸入驗證碼** 再試一次。',
  'link.codeWrong': '❌ 驗證碼不對。還可以試 {{tries}} 次。請按 **輸入驗證碼** 再試一次。',
  'link.notProven': '🔗 請先開啟登入頁面並登入，頁面才會顯示驗證碼。然後再按 **輸入驗證碼**。',
  'link.codeSpent': '❌ 驗證碼還是不對，而且次數已經用完。請重新開始。',
  'link.codeExpired': '⌛ 目前沒有等你輸入的驗證碼，可能已經過期。請重新開始。',
  'link.memberGone': '⚠️ 目錄裡已經沒有你想連結的帳號。請洽管理員；如果要用別的帳號，請重新開始。',
  'link.mailBegin':
    '📬 如果目錄裡有 **{{username}}**，而且有電子郵件地址，六位數的驗證碼就已經寄出。收到後請按 **輸入驗證碼** 輸入。\n-# 驗證碼有效到 {{- until}}。為了安全，我不會說這個名稱是否存在。沒收到信？請檢查名稱和垃圾信件匣，或改用網頁登入。',
  'link.mailNeedsName':
    '✏️ 用電子郵件收驗證碼，需要你在目錄裡的使用者名稱：請用 {{- /link}}，填好 `method:mail` 和 `username:`。也可以在網頁登入，就不用填。',
  'link.mailSpent': '❌ 驗證碼還是不對，而且次數已經用完。{{- when}} 可以重新開始。',
  'link.paused': '🐢 輸入錯誤的次數太多了。{{- when}} 可以重新開始；這次沒有任何變更。',
  'link.moving.discord':
    '🔗 驗證碼正確，但 **{{username}}** 已經連結到另一個 Discord 帳號。我已經用私訊詢問那個帳號要不要把連結移過來：只要在 {{- until}} 之前確認，這個帳號就會立刻連結。在那之前不會有任何變更。\n-# 如果已經無法使用那個帳號，請再用一次 {{- /link}} 並在網頁登入：如果目錄裡有你專屬的電子郵件地址，我也會寄信問你。否則請洽管理員。',
  'link.moving.both':
    '🔗 驗證碼正確，但 **{{username}}** 已經連結到另一個 Discord 帳號。我已經用私訊詢問那個帳號，也寄信到你在目錄裡的電子郵件地址，問你要不要把連結移過來：只要在 {{- until}} 之前於其中一邊確認，這個帳號就會立刻連結。在那之前不會有任何變更。\n-# 如果兩邊都看不到，請洽管理員。',
  'link.stillMoving':
    '🔗 你已經輸入過驗證碼了，現在只差你的確認：我們已經詢問你的另一個 Discord 帳號；如果你是在網頁登入，而且有專屬的電子郵件地址，也寄了信。如果都沒收到，請重新開始或洽管理員。',
  'link.adminByPage':
    '-# 你是管理員，但用信件驗證碼建立的連結不帶管理員權限。需要的話，請先 {{- /unlink}}，再用 {{- /link}} 在網頁登入。',
  'link.notLinked': '🔗 我還不知道你在目錄裡是誰。請先連結帳號（只要一分鐘，只需一次），然後再試一次。',
  'unlink.ask':
    '你目前連結到 **{{username}}**。要解除這個 Discord 帳號的連結嗎？\n你仍然會留在清單裡；之後要從 Discord 變更，需要重新 {{- /link}}。',
  'unlink.askGone':
    '目錄裡已經沒有你連結的帳號。要解除這個 Discord 帳號的連結嗎？之後可以 {{- /link}} 另一個帳號。',
  'unlink.done': '👋 已解除連結。你仍然留在清單裡，隨時可以再 {{- /link}}。',
  'unlink.kept': '👍 沒有任何變更，連結仍然有效。',
  'unlink.notLinked': '這個 Discord 帳號沒有連結到任何人，所以不需要解除。',
  'unlink.askOther':
    '{{- account}} 連結到 **{{displayName}}**（{{username}}）。要解除這個連結嗎？對方仍然會留在清單裡，並會收到私訊通知。',
  'unlink.doneOther': '👋 {{- account}} 不再連結到任何人，也會收到通知。對方隨時可以再 {{- /link}}。',
  'whois.linked': '👤 {{- account}} 在目錄裡是 **{{displayName}}**（{{username}}），{{- when}} 連結。',
  'whois.method.web': '-# 以密碼登入證實。',
  'whois.method.mail': '-# 以信件驗證碼證實；這樣的連結不帶管理員權限。',
  'whois.method.operator': '-# 由維運人員在主機上連結。',
  'whois.method.import': '-# 從檔案匯入；這樣的連結不帶管理員權限。',
  'whois.gone': '⚠️ 對方已經不在目錄裡，連結不久後會自動結束。',
  'whois.notLinked': '{{- account}} 沒有連結到任何人。',
  'notice.moveAsked.web':
    '🔗 **要移動你的連結嗎？** 有人用 **{{displayName}}** 的目錄密碼登入，想讓 Discord 帳號 **{{discordName}}** 取代這個帳號來代表你。如果是你本人，請在 {{- until}} 之前到下面的頁面確認。\n如果不是你，什麼都不用做，連結就不會移動。但請立刻更改密碼：已經有人知道你的密碼。',
  'notice.moveAsked.mail':
    '🔗 **要移動你的連結嗎？** 有人輸入了我們寄給 **{{displayName}}** 的驗證碼，想讓 Discord 帳號 **{{discordName}}** 取代這個帳號來代表你。如果是你本人，請在 {{- until}} 之前到下面的頁面確認。\n如果不是你，什麼都不用做，連結就不會移動。但請立刻更改信箱的密碼：有人能讀你的信。',
  'notice.movedAway.web':
    '👋 連結已經移動：現在由 Discord 帳號 **{{discordName}}** 代表 **{{displayName}}**，這個帳號不再代表你。如果不是你本人操作的，就是有人知道你的密碼：請立刻更改，用通知信解除連結（如果你有專屬的電子郵件地址），並告訴管理員。',
  'notice.movedAway.mail':
    '👋 連結已經移動：現在由 Discord 帳號 **{{discordName}}** 代表 **{{displayName}}**，這個帳號不再代表你。如果不是你本人操作的，就是有人能讀你的信：請立刻更改信箱的密碼，用通知信解除連結，並告訴管理員。',
  'notice.undone':
    '🔗 有人用通知信解除了這個 Discord 帳號的連結。清單維持原樣。如果不是你本人操作的，就是有人能讀你的信：請立刻更改信箱的密碼、告訴管理員，再重新 {{- /link}}。',
  'notice.forgotten':
    '🔗 這個 Discord 帳號的連結已經結束：有人在瀏覽器以你的身分登入，刪除了你的資料。清單維持原樣。如果不是你本人操作的，就是有人知道你的密碼：請立刻更改、告訴管理員，再重新 {{- /link}}。',
  'notice.movedHere':
    '👋 連結已經移過來了：這個 Discord 帳號現在代表 **{{username}}**。用 {{- /subscriptions}} 查看所有清單。',
  'notice.unlinkedByAdmin':
    '🔗 管理員解除了這個 Discord 帳號與 **{{username}}** 的連結。你仍然會留在清單裡。如果不清楚原因，請洽管理員。',
  'notice.leaving':
    '⚠️ 目錄裡已經沒有 **{{username}}**，所以這個 Discord 帳號的連結會在 {{- when}} 結束。如果你已經離開，不需要做任何事。如果這是誤會，請在那之前洽管理員，一切就會維持原樣。',
  'whoami.member': '👤 你在目錄裡是 **{{displayName}}**（{{username}}）。',
  'whoami.admin': '👤 你在目錄裡是 **{{displayName}}**（{{username}}），也是這裡的管理員。',
  'whoami.lists': '共 {{total}} 個清單，你已加入 {{on}} 個：用 {{- /subscriptions}} 查看。',
  'privacy.export':
    '📦 關於你的全部資料，你都可以下載一份。只有在瀏覽器裡以你的身分登入才拿得到：請開啟你的帳號頁面，選擇 **下載我的資料**。',
  'privacy.ask':
    '🗑️ **要我忘記你嗎？** 這無法復原。\n**會刪除：** 這個 Discord 帳號的連結和你的身分組、你在各處的登入、你的 API 權杖、已經結束的申請、寄給你的訊息和信件，以及管理員在這裡給你的權限（指派你負責的清單、傳送通知、管理員權限）。\n**會留下：** 目錄裡的你和你所在的清單，那些屬於目錄；稽核紀錄，其中只有編號；以及維運人員曾經取消你管理員權限的決定（如果有的話）。',
  'privacy.askGone':
    '🗑️ **要我忘記你嗎？** 這無法復原。\n目錄裡已經沒有你連結的帳號，所以會全部刪除：這個 Discord 帳號的連結、你的申請、權杖、訊息，以及我記得的目錄資料。\n只會留下稽核紀錄，其中只有編號；以及維運人員曾經取消你管理員權限的決定（如果有的話）。',
  'privacy.forgotten':
    '👋 好了，我已經忘記你。你仍然在原本的清單裡，那些屬於目錄。想再使用時，請重新 {{- /link}}。',
  'privacy.inBrowser':
    '🔒 這裡不行：這個 Discord 帳號連結時沒有輸入密碼，不足以刪除關於你的全部資料。請在這個頁面登入，並在那裡刪除。目前沒有刪除任何資料。',
  'privacy.kept': '👍 沒有刪除任何資料。',
  'privacy.changesOpen':
    '⏳ 還不行：你有申請還在處理中（{{lists}}）。請等它完成，或用 {{- /subscriptions}} 改變主意，然後再用一次 {{- /privacy forget}}。沒有刪除任何資料。',
  'privacy.notLinked':
    '這個 Discord 帳號沒有連結到任何人，所以沒有資料可以刪除。曾經嘗試連結的紀錄會在 30 天後自動刪除。',
  'help.heading': '**我負責管理郵件清單。這裡的對話只有你看得到。**',
  'help.link': '🔗 先用 {{- /link}}：只要一分鐘，讓我知道你在目錄裡是誰。',
  'help.subscriptions': '📋 {{- /subscriptions}} 列出所有清單，可以一次變更好幾個。',
  'help.subscribe': '➕ {{- /subscribe}} 加入清單，{{- /unsubscribe}} 退出清單。',
  'help.whoami': '👤 {{- /whoami}} 顯示你代表哪個帳號，{{- /unlink}} 解除連結。',
  'help.lists': '🔍 {{- /lists info}} 說明清單的用途，以及誰可以加入。',
  'help.admins':
    '🛡️ 管理員專用：{{- /whois}} 查詢某人是誰，{{- /unlink}} 加上使用者可以解除對方的連結，{{- /notices rule list}} 查看通知送到哪裡，{{- /notices allow}} 決定誰可以傳送。',
  'help.owners':
    '🛡️ 負責人和管理員專用：{{- /lists members}}、{{- /lists add}}、{{- /lists remove}} 管理清單裡有誰，{{- /lists edit}} 變更清單。',
  'help.keepers':
    '🛡️ 管理員專用：{{- /lists create}} 和 {{- /lists delete}} 建立和刪除清單，{{- /status}} 查看系統現況。',
  'help.privacy':
    '🗝️ {{- /privacy export}} 告訴你到哪裡下載關於你的全部資料，{{- /privacy forget}} 要求刪除。',
  'help.proof': '-# 只有目錄本身證實了，我才會說「完成」。',

  'refused.LIST_NOT_FOUND': '🔎 沒有叫做 **{{list}}** 的清單。請用 {{- /subscriptions}} 看看有哪些。',
  'refused.didYouMean': '你是不是要找 {{- names}}？',
  'refused.LIST_CLOSED':
    '🔒 **{{list}}** 不開放加入，成員由負責人和管理員決定。想加入的話，請洽負責人或管理員。',
  'refused.LIST_DELETING': '🗑️ **{{list}}** 正在刪除，無法再變更。',
  'refused.MEMBER_NOT_FOUND': '🔎 目錄裡沒有使用者名稱為 **{{username}}** 的人。請檢查拼字。沒有任何變更。',
  'refused.THEY_GONE': '⚠️ 目錄裡已經沒有 **{{username}}**，所以無法為對方變更清單。沒有任何變更。',
  'refused.USERNAME_SHARED': '⚠️ 目錄裡有好幾個人的使用者名稱都是 **{{username}}**，無法區分。沒有任何變更。',
  'refused.FIELD_ADMINS_ONLY':
    '🔒 你是負責人，可以設定用途說明（`description`）和誰能加入（`join`）；**{{list}}** 的其他設定只限管理員。沒有任何變更。',
  'refused.LIST_NOT_READY':
    '⏳ **{{list}}** 現在無法這麼做：還有其他變更在處理中。請用 {{- /lists info}} 查看，然後再試一次。沒有任何變更。',
  'refused.several':
    '🔒 沒有任何變更，因為其中至少有一個清單無法加入（不開放，或已經不存在）。請一次少選幾個。',
  'refused.MIRROR_MISSING': '⏳ 我才剛啟動，還在讀取目錄。請在 {{- when}} 再試一次。',
  'refused.MEMBER_GONE':
    '⚠️ 目錄裡已經沒有你連結的帳號。請洽管理員；如果你有新帳號，請先 {{- /unlink}} 再 {{- /link}}。',
  'refused.TOO_MANY_REQUESTS': '🐢 一下子太多了。{{- when}} 就可以繼續；這次沒有任何變更。',
  'refused.UNAVAILABLE': '⏳ 現在暫時無法處理。請在 {{- when}} 再試一次；重新申請不會有問題。',
  'refused.PERMISSION_DENIED': '🔒 你沒有權限這麼做。如果覺得應該可以，請洽管理員。',
  'refused.LINK_WITHOUT_RIGHTS':
    '🔒 這個連結建立時沒有輸入密碼，所以不帶管理員或清單負責人的權限。需要的話，請先 {{- /unlink}}，再用 {{- /link}} 在網頁登入。',
  'refused.NOT_FOUND': '🔎 那個項目已經不在了。請用 {{- /subscriptions}} 查看現況。',
  'alert.done.acknowledge': '謝謝。訊息上已經顯示由你處理。',
  'alert.done.approve': '已核准，接下來會自動進行。',
  'alert.done.deny': '已拒絕，不會執行。',
  'alert.done.retry': '正在重試。如果又失敗，會有新的訊息。',
  'alert.done.revert': '正在回復成原來的樣子。',
  'alert.changed': '那則訊息顯示之後情況有變，所以我沒有執行。現在的情況：\n**{{subject}}**',
  'alert.cannot.LIST_GONE': '無法重試：這個清單已經不在了。',
  'alert.cannot.MEMBER_GONE': '無法重試：這個人已經不在目錄裡了。',
  'alert.cannot.DRIFT_TOO_LARGE': '無法復原：一次變動的人太多。請直接在目錄裡修正這個清單，我會自動跟上。',
  'alert.cannot.NEWER_REQUEST': '我沒有重試：後來有人提出了相反的申請。',
  'alert.over': '這件事已經結束，不需要再做什麼。',
  'alert.taken': '{{by}} 已經在處理了。',
  'alert.taken.somebody': '已經有人在處理了。',
  'service.silent.subject': '🔌 **清單服務沒有回應**',
  'service.silent.wrong':
    '自 {{- when}} 起，它的 API 就沒有回應。目前沒有人能透過我加入或退出清單；已經受理的申請都會保留。',
  'service.silent.mend': '請檢查 API 是否在執行，以及機器人能否連上它。恢復回應時，我會在這裡說明。',
  'service.silent.over': '✅ **清單服務恢復回應**：從 {{- from}} 到 {{- until}} 沒有回應。',
  'service.silent.passed':
    '🔌 **清單服務曾經沒有回應**：從 {{- from}} 到 {{- until}}。之後出現了另一個問題，請見下方。',
  'service.unable.subject': '🗄️ **清單服務無法運作**',
  'service.unable.wrong':
    '自 {{- when}} 起它就這樣回報：資料庫連不上，或版本不符。目前沒有人能透過我加入或退出清單；已經受理的申請都會保留。',
  'service.unable.mend':
    '請檢查 Postgres 是否在執行，以及資料庫結構是否屬於這個版本：`npm run migrate`。恢復時，我會在這裡說明。',
  'service.unable.over': '✅ **清單服務恢復運作**：從 {{- from}} 到 {{- until}} 無法運作。',
  'service.unable.passed':
    '🗄️ **清單服務曾經無法運作**：從 {{- from}} 到 {{- until}}。之後出現了另一個問題，請見下方。',
  'service.idle.subject': '💤 **沒有 worker 在執行**',
  'service.idle.wrong':
    '已有一分鐘沒有 worker 執行變更或寄送訊息（於 {{- when}} 發現）。已經受理的申請都會保留並等候處理。',
  'service.idle.mend': '請啟動一個 worker，或從它的紀錄檔查看為何結束。恢復執行時，我會在這裡說明。',
  'service.idle.over': '✅ **worker 恢復執行**：從 {{- from}} 到 {{- until}} 沒有在執行。',
  'service.idle.passed':
    '💤 **曾經沒有 worker 在執行**：從 {{- from}} 到 {{- until}}。之後出現了另一個問題，請見下方。',
  'refused.NOT_WAITING':
    '⏳ 這個申請已經無法撤回：可能正在寫入目錄，或已經有結果。請用 {{- /subscriptions}} 查看現況；想要相反的結果，請用 {{- /subscribe}} 或 {{- /unsubscribe}}。',
  'refused.CONFLICT': '↩️ 那件事已經有結果了。請用 {{- /subscriptions}} 查看現況。',
  'refused.away': '🔌 現在連不上清單服務，所以沒有任何變更。請一分鐘後再試一次。',
  'refused.awayMaybe':
    '🔌 清單服務沒有及時回應，無法確定你的申請是否送達。重新申請不會有問題：請一分鐘後用 {{- /subscriptions}} 查看。',
  'refused.otherServer': '我只在所屬的伺服器裡服務，請到那裡使用。',
  'refused.staleCommand': '↩️ 這個指令已經失效。{{- /help}} 會列出全部指令。',
  'refused.stale': '↩️ 這個按鈕已經失效。請重新使用指令：{{- /help}} 會列出全部指令。',
  'names.between': '、',
  crash: '😖 抱歉，我這邊出了點問題。請再試一次；如果又發生，請把這個編號交給管理員：\n-# {{- id}}',
}
