import type { MailTexts } from './mails.en.ts'

export const mailsZhTw: MailTexts = {
  linkMade: {
    subject: '你的帳號已連結到 Discord',
    greeting: (displayName) => `${displayName}，你好：`,
    happened: (discordName) => `Discord 帳號「${discordName}」已經連結到你，可以代你加入或退出郵件清單。`,
    fine: '如果這是你本人操作的，不需要做任何事。',
    wrong: '如果不是你，請從下面解除連結，並立刻更改密碼：有人知道它。',
    button: '解除連結',
    validity: '解除連結在七天內有效。之後請洽管理員；如果那是你自己的帳號，也可以在 Discord 輸入 /unlink。',
  },
}
