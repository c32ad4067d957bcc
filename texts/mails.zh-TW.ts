import type { MailTexts } from './mails.en.ts'

export const mailsZhTw: MailTexts = {
  linkMade: {
    subject: '你的帳號已連結到 Discord',
    greeting: (displayName) => `${displayName}，你好：`,
    happened: (discordName) => `Discord 帳號「${discordName}」已經連結到你，可以代你加入或退出郵件清單。`,
    fine: '如果這是你本人操作的，不需要做任何事。',
    wrong: {
      web: '如果不是你，請從下面解除連結，並立刻更改密碼：已經有人知道你的密碼。',
      mail: '如果不是你，請從下面解除連結，並立刻更改信箱的密碼：有人能讀你的信。',
    },
    button: '解除連結',
    validity: '解除連結在七天內有效。之後請洽管理員；如果那是你自己的帳號，也可以在 Discord 輸入 /unlink。',
  },
  linkCode: {
    subject: '連結 Discord 的驗證碼',
    greeting: (displayName) => `${displayName}，你好：`,
    asked: (discordName) =>
      `Discord 帳號「${discordName}」表示它屬於你，想要連結到你。如果沒錯，請在 Discord 按「輸入驗證碼」，輸入這六位數字：`,
    does: '輸入的人就能代你加入或退出郵件清單。驗證碼 15 分鐘內有效。',
    linkedElsewhere:
      '已經有另一個 Discord 帳號連結到你，所以光有驗證碼不會改變任何事：輸入之後，我們會在 Discord 上詢問那個帳號，要不要把連結移過來。',
    neverAsked: '團隊裡沒有人會向你要這組驗證碼，請不要交給任何人。',
    notYou: '如果不是你，不需要做任何事：沒有驗證碼就不會有變更。如果一直收到這樣的信，請告訴管理員。',
  },
  moveAsked: {
    subject: '要把你的連結移到另一個 Discord 帳號嗎？',
    greeting: (displayName) => `${displayName}，你好：`,
    asked: {
      web: (discordName) => `有人用你的密碼登入，想讓 Discord 帳號「${discordName}」取代現在的帳號來代表你。`,
      mail: (discordName) =>
        `有人輸入了我們信裡的驗證碼，想讓 Discord 帳號「${discordName}」取代現在的帳號來代表你。`,
    },
    yes: {
      web: '如果是你本人，請到這個頁面確認。頁面會先說明接下來會發生什麼。',
      mail: '如果是你本人，請在 Discord 確認：現在代表你的帳號已經收到詢問。如果已經無法使用那個帳號，請用新帳號在 Discord 輸入 /link，並在網頁登入，之後我們也會寄信到這裡問你。',
    },
    button: '看看會發生什麼',
    no: {
      web: '如果不是你，什麼都不用做，連結就不會移動。但請立刻更改密碼：已經有人知道你的密碼。',
      mail: '如果不是你，什麼都不用做，連結就不會移動。但請立刻更改信箱的密碼：有人能讀你的信。',
    },
    validity: {
      web: '這個頁面一小時內有效。現在代表你的 Discord 帳號也收到了同樣的詢問，其中一邊確認就可以。',
      mail: '這個詢問一小時內有效。這封信無法代你確認，因為讀到信的不一定是你。',
    },
  },
  linkedByOperator: {
    subject: '你的帳號已連結到 Discord',
    greeting: (displayName) => `${displayName}，你好：`,
    happened: (discordUserId) =>
      `管理員已將 Discord 帳號 ${discordUserId} 連結到你，這個帳號可以代你加入或退出郵件清單。`,
    check: '想確認是不是你的帳號，請在 Discord 輸入 /whoami：如果顯示的是你，就不需要做任何事。',
    wrong: '如果不是，請告訴管理員，由他們解除連結。',
  },
}
