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
      '回到 Discord，按「輸入驗證碼」並輸入它。這時才完成連結；如果目錄裡有你專屬的電子郵件地址，也會寄信通知你。',
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
    moves:
      '你已經連結到另一個 Discord 帳號，所以輸入驗證碼時還不會有變更：之後我們會在那個帳號詢問要不要把連結移過來；如果目錄裡有你專屬的電子郵件地址，也會寄信問你。',
  },
  refused: {
    password: '使用者名稱或密碼不正確，請確認後再試一次。',
    empty: '請輸入使用者名稱和密碼。',
    tooMany: (minutes) => `嘗試次數太多了。請等 ${minutes} 分鐘後再試。`,
    away: '目錄目前沒有回應，所以暫時無法登入。你的帳號沒有問題，請過一分鐘再試。',
    unknown: '密碼正確，但 guildpost 還不認識你：它每隔幾分鐘讀取一次目錄。請過一兩分鐘再試。',
    form: '此頁開啟太久，或你的瀏覽器封鎖了 Cookie。請從這裡重新登入。',
    address: (right) => `此頁只能在它自己的網址使用。請改到 ${right} 繼續。`,
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
  moving: {
    title: '還差一次確認',
    text: '你已經連結到另一個 Discord 帳號，所以我們在那邊詢問要不要移動連結；如果目錄裡有你專屬的電子郵件地址，也寄了信問你。只要你確認，就會移過來。',
  },
  move: {
    title: '要移動你的連結嗎？',
    lead: (displayName) => `${displayName}，另一個 Discord 帳號想要代表你。`,
    asks: '想要連結到你',
    proven: {
      web: '使用它的人用你的密碼登入過。',
      mail: '使用它的人輸入了我們寄給你的驗證碼。',
    },
    stepsTitle: '接下來會發生什麼',
    steps: [
      '這個帳號會代表你，可以代你加入或退出郵件清單。',
      '到目前為止代表你的帳號不能再這麼做，也會收到通知。',
      '你仍然會留在清單裡；如果目錄裡有你專屬的電子郵件地址，完成後會寄信通知你。',
    ],
    submit: '確定移動連結',
    form: '此頁開啟太久，或你的瀏覽器封鎖了 Cookie。請從這裡再確認一次。',
    notYou: {
      web: '不是你嗎？請直接關閉此頁，不會有任何變更。但請立刻更改密碼：已經有人知道你的密碼。',
      mail: '不是你嗎？請直接關閉此頁，不會有任何變更。但請立刻更改信箱的密碼：有人能讀你的信。',
    },
  },
  moved: {
    title: '連結已經移動',
    text: (discordName, wasLinked) =>
      wasLinked
        ? `現在由 Discord 帳號 ${discordName} 代表你，之前的帳號不再代表你。只要 Discord 允許，兩邊都會收到私訊通知。`
        : `現在由 Discord 帳號 ${discordName} 代表你；只要 Discord 允許，它會收到私訊通知。之前的帳號已經沒有連結。`,
  },
  moveOver: {
    title: '這個詢問已經結束',
    text: '可能已經回答過、超過一小時，或是連結在這之後有了變動。要連結 Discord 帳號，請在那邊輸入 /link。',
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
    text: {
      web: (discordName) =>
        `Discord 帳號 ${discordName} 不再代表你，也會收到通知。如果當初不是你自己連結的，請立刻更改密碼：已經有人知道你的密碼。`,
      mail: (discordName) =>
        `Discord 帳號 ${discordName} 不再代表你，也會收到通知。如果當初不是你自己連結的，請立刻更改信箱的密碼：有人能讀你的信。`,
    },
  },
  nothingToUndo: {
    title: '沒有可以解除的連結',
    text: '這個連結已經結束，或是信件已超過七天。要隨時解除連結，請用已連結的帳號在 Discord 輸入 /unlink，或洽管理員。',
  },
  login: {
    title: '登入',
    lead: '請使用你在目錄裡的使用者名稱和密碼。',
    submit: '登入',
    note: '密碼只會送到目錄，不會被保存。要連結 Discord 帳號，請在 Discord 輸入 /link，它會給你專用的頁面。',
  },
  signedOut: {
    title: '你已登出',
    text: '這個瀏覽器裡不再保留你的任何資料。你的訂閱和 Discord 帳號都維持原狀。',
    again: '重新登入',
  },
  gone: {
    title: '你已不在目錄中',
    text: '所以這裡沒有你能變更的內容。如果這不正確，請洽管理員。',
  },
  account: {
    title: '你的帳號',
    admin: '管理員',
    signOut: '登出',
    done: {
      session: '那個瀏覽器已經登出。',
      others: '你已從其他所有地方登出。',
      token: '權杖已撤銷，使用它的程式從現在起都會被拒絕。',
      notifications: '儲存好了，從現在起會告訴你所選的事。',
    },
    discord: {
      title: 'Discord',
      since: '連結日期',
      account: (discordUserId) => `帳號 ${discordUserId}`,
      unlink: '要解除連結，請在 Discord 輸入 /unlink。你仍然會留在清單裡。',
      notLinked: '你還沒有連結 Discord 帳號。',
      how: '請在 Discord 輸入 /link：它會開啟一個頁面，只需登入一次，Discord 就認得你。',
    },
    sessions: {
      title: '登入中的裝置',
      browserOn: (browser, system) => {
        const name = browser ?? '其他程式'
        return system === null ? name : `${system} 上的 ${name}`
      },
      this: '這個瀏覽器',
      signedIn: '登入時間',
      from: (network) => (network === null ? '來源網路不明' : `來源網路 ${network}`),
      seen: '上次使用',
      end: '結束',
      endLabel: (name) => `結束 ${name} 的登入`,
      endOthers: '從其他所有地方登出',
      onlyThis: '你目前只在這個瀏覽器登入。',
    },
    tokens: {
      title: '個人 API 權杖',
      lead: '給你自己的程式使用：權杖會以你的名義行事，但不超過它的權限範圍。',
      reference: 'API 能做什麼',
      expires: '到期日',
      used: '上次使用',
      neverUsed: '從未使用',
      revoke: '撤銷',
      revokeLabel: (name) => `撤銷權杖 ${name}`,
      make: '建立權杖',
      name: '名稱',
      nameHint: '寫下用途，方便日後辨認。',
      scopes: '它可以',
      scopeMeanings: {
        read: '看到你看得到的內容',
        subscriptions: '替你訂閱和取消訂閱，並選擇要告訴你的事',
        notices: '傳送通知',
        admin: '做你身為管理員能做的事',
      },
      days: '有效天數（1 到 365）',
      submit: '建立權杖',
      problems: {
        name: '請給權杖一個名稱，最多 100 個字元。',
        scopes: '請至少選擇一項權杖可以做的事。',
        days: '請輸入有效天數：1 到 365 的整數。',
        taken: '你已經有同名的權杖。請先撤銷它，或換一個名稱。',
        tooMany: '你的權杖數量已達上限。請先撤銷不需要的權杖。',
        refused: '你不能建立這樣的權杖。請減少它的權限範圍後再試。',
      },
    },
    notifications: {
      title: '我們會告訴你的事',
      lead: '用 Discord 私訊；私訊送不到時用電子郵件。',
      legend: '發生這些事時告訴我',
      kinds: {
        'added-or-removed': '管理員、負責人或其他工具把我加入或移出清單',
        decided: '我的申請通過或沒有通過',
        failed: '我的申請失敗了',
        asked: '有人想加入我負責的清單',
      },
      always: '帳號連結的變動一定會通知，因為那能保護你的帳號。',
      submit: '儲存',
    },
    newToken: {
      title: '這是你的權杖',
      lead: (name) => `它的名稱是「${name}」。`,
      keep: '請立刻複製：它只顯示這一次。拿到它的人就能以你的名義行事，請像密碼一樣保管。',
      use: '試用看看',
      expires: '到期日',
      back: '回到你的帳號',
    },
    data: {
      title: '你的資料',
      text: 'guildpost 所知道關於你的一切，你都可以查看；目錄不需要的部分，你可以要求刪除。',
      download: '下載我的資料',
      forget: '忘記我…',
    },
  },
  forget: {
    title: '要讓 guildpost 忘記你嗎？',
    text: '這無法復原，而且會把你從所有地方登出。',
    goesTitle: '會刪除的內容',
    goes: [
      '與你 Discord 帳號的連結，Discord 將不再認得你',
      '你的登入和 API 權杖',
      '你提出過的申請，以及為此寄給你的信件和訊息',
      '管理員在這裡給你的權限，例如由你管理的清單',
    ],
    staysTitle: '會留下的內容',
    stays: [
      '目錄裡的你，以及你所在的清單：這些屬於目錄',
      '稽核紀錄，其中只有編號，沒有姓名',
      '維運人員曾經取消你管理員權限的決定（如果有的話）',
    ],
    open: (lists) => `你提出的申請還在處理中（${lists.join('、')}）。請等它完成，或先撤回，然後再來。`,
    submit: '是的，忘記我',
    back: '不，回到我的帳號',
  },
  forgotten: {
    title: 'guildpost 已經忘記你',
    text: '你已從所有地方登出，也沒有連結任何 Discord 帳號。你仍然在原本的清單裡；想回來時，隨時可以登入，或在 Discord 輸入 /link。',
  },
  lost: {
    title: '這個網址沒有內容',
    text: '網址可能不完整：信件裡的連結有時會斷成兩行。Discord 的連結可以用 /link 重新取得。',
    home: '前往你的帳號',
  },
  failed: {
    title: '發生錯誤',
    text: '這是我們的問題，不是你的。請過一分鐘再試；如果一直如此，請告訴管理員。',
    badInput: '無法讀取送出的內容。請回到上一頁重新輸入。',
    notOurForm: '此頁已經過舊，或是由別處代你送出，所以沒有任何變更。請回到上一頁，重新載入後再試。',
    tooMany: (seconds) => `你的網路送出太多請求了。請等 ${seconds} 秒後再試。`,
    away: '此頁需要的服務目前沒有回應。請過一分鐘再試。',
  },
}
