import type { PageTexts } from './pages.en.ts'

export const pagesZhTw: PageTexts = {
  otherLanguage: 'English',
  footer: 'guildpost 讓郵件清單與群組和 Discord 保持一致。',

  link: {
    title: '連結你的 Discord 帳號',
    lead: '只需登入一次，Discord 就知道你在目錄裡是誰。',
    asks: '想要連結到你',
    stepsTitle: '接下來會發生什麼',
    steps: [
      '你在這裡登入。密碼只會送到目錄，不會經過 Discord，也不會被保存。',
      '頁面會顯示六位數的驗證碼。',
      '回到 Discord，按「輸入驗證碼」並輸入它。這時才完成連結，並寄信通知你。',
    ],
    notYou: '這不是你的 Discord 帳號嗎？請直接關閉此頁，不會有任何變更。',
    username: '使用者名稱',
    password: '密碼',
    submit: '登入並顯示驗證碼',
  },
  code: {
    title: '這是你的驗證碼',
    lead: (displayName) => `${displayName}，你好！只差最後一步。`,
    label: '驗證碼',
    next: '回到 Discord，按「輸入驗證碼」並輸入這六位數字。10 分鐘內有效，而且只顯示這一次。',
    keep: (discordName) =>
      `只有 ${discordName} 能使用這組驗證碼。如果有人要你把它傳給對方，請不要這麼做，否則對方就能以你的名義行事。`,
  },
  refused: {
    password: '使用者名稱或密碼不正確，請確認後再試一次。',
    empty: '請輸入使用者名稱和密碼。',
    tooMany: (minutes) => `嘗試次數太多了。請等 ${minutes} 分鐘後再試。`,
    away: '目錄目前沒有回應，所以暫時無法登入。你的帳號沒有問題，請過一分鐘再試。',
    unknown: '密碼正確，但 guildpost 還不認識你：它每隔幾分鐘讀取一次目錄。請過一兩分鐘再試。',
    form: '此頁開啟太久，或你的瀏覽器封鎖了 Cookie。請從這裡重新登入。',
  },
  over: {
    title: '這個連結已經失效',
    text: '連結的有效時間是十分鐘，而且會被較新的連結取代。請回到 Discord 輸入 /link 取得新的連結。',
  },
  shown: {
    title: '驗證碼已經顯示過了',
    text: '請回到 Discord，按「輸入驗證碼」並輸入它。如果已經忘記，請輸入 /link 重新開始。',
  },
  finished: {
    title: '這個連結已經使用過',
    text: '這個 Discord 帳號已完成連結，這裡沒有其他事要做了。在 Discord 輸入 /whoami 可以看到連結到誰。',
  },
  accountLinked: {
    title: '這個 Discord 帳號已經連結過了',
    text: '在 Discord 輸入 /whoami 可以看到連結到誰。要連結到別人，請先輸入 /unlink，再重新 /link。',
  },
  personLinked: {
    title: '你已經連結到另一個 Discord 帳號',
    text: '要把連結移到這裡，請先用那個帳號在 Discord 輸入 /unlink，再用這個帳號重新 /link。如果已經無法使用那個帳號，請洽管理員。',
  },
  elsewhere: {
    title: '此頁已在另一個瀏覽器中開啟',
    text: '請在那邊繼續。如果那不是你，不會有任何變更：請在 Discord 輸入 /link 取得新的連結，並且不要轉給別人。',
  },
  undo: {
    title: '要解除這個連結嗎？',
    text: (discordName, displayName) =>
      `Discord 帳號 ${discordName} 目前代表 ${displayName}。如果這不是你要的，可以在這裡解除。`,
    stays: '你仍然會留在清單裡。',
    submit: '確定解除連結',
  },
  undone: {
    title: '連結已經解除',
    text: (discordName) =>
      `Discord 帳號 ${discordName} 不再代表你。如果當初不是你自己連結的，請立刻更改密碼：有人知道它。`,
  },
  nothingToUndo: {
    title: '沒有可以解除的連結',
    text: '這個連結已經結束，或是信件已超過七天。要隨時解除連結，請用已連結的帳號在 Discord 輸入 /unlink，或洽管理員。',
  },
  failed: {
    title: '發生錯誤',
    text: '這是我們的問題，不是你的。請過一分鐘再試；如果一直如此，請告訴管理員。',
    badInput: '無法讀取送出的內容。請回到上一頁重新輸入。',
    away: '此頁需要的服務目前沒有回應。請過一分鐘再試。',
  },
}
