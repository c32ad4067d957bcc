import type { alertsEn } from './alerts.en.ts'

const harmlessRole =
  '請建立一個只能檢視和發言的身分組，把它的 ID 填入 DISCORD_VERIFIED_ROLE_ID，然後重新啟動 worker。'

export const alertsZhTW: Record<keyof typeof alertsEn, string> = {
  'role.everyone.subject': '已連結成員的身分組設成了 @everyone',
  'role.everyone.wrong':
    'DISCORD_VERIFIED_ROLE_ID 填的是伺服器的 ID，也就是 @everyone 身分組，所有人本來就有。',
  'role.everyone.mend': harmlessRole,
  'role.missing.subject': '已連結成員的身分組不存在',
  'role.missing.wrong': '伺服器裡沒有 DISCORD_VERIFIED_ROLE_ID 所指的身分組，所以無法給任何人。',
  'role.missing.mend':
    '請在伺服器設定裡對身分組按右鍵選「複製身分組 ID」，填入 DISCORD_VERIFIED_ROLE_ID，然後重新啟動 worker。',
  'role.managed.subject': '已連結成員的身分組屬於整合服務',
  'role.managed.wrong':
    'DISCORD_VERIFIED_ROLE_ID 指的是「{{- role}}」，它屬於機器人或其他整合服務，Discord 不允許任何人給予。',
  'role.managed.mend': harmlessRole,
  'role.privileged.subject': '已連結成員的身分組權限過大',
  'role.privileged.wrong':
    'DISCORD_VERIFIED_ROLE_ID 指的是「{{- role}}」，它擁有這些權限：{{- permissions}}。任何人連結帳號都會得到，所以現在不給任何人。',
  'role.privileged.mend': '請在伺服器設定的「身分組」裡關閉這些權限，或改用別的身分組。',
  'role.no-permission.subject': '機器人沒有權限給予已連結成員的身分組',
  'role.no-permission.wrong': '機器人缺少「管理身分組」權限，所以「{{- role}}」無法給予，也無法收回。',
  'role.no-permission.mend':
    '請在伺服器設定的「身分組」裡，為機器人自己的身分組啟用「管理身分組」；如果它沒有身分組，請用 permissions=268435456 重新邀請。錯過的部分會自動補上。',
  'role.too-high.subject': '已連結成員的身分組高於機器人',
  'role.too-high.wrong':
    '「{{- role}}」沒有排在機器人最高的身分組「{{- ownRole}}」之下，所以 Discord 不讓機器人給予或收回。',
  'role.too-high.mend':
    '請在伺服器設定的「身分組」裡把「{{- ownRole}}」拖到「{{- role}}」上方。錯過的部分會自動補上。',
  'role.not-in-guild.subject': '機器人不在伺服器裡',
  'role.not-in-guild.wrong':
    '機器人看不到 DISCORD_GUILD_ID 所指的伺服器，所以已連結成員的身分組無法給予，也無法收回。',
  'role.not-in-guild.mend': '請邀請機器人加入伺服器，或修正 DISCORD_GUILD_ID 後重新啟動 worker。',
  'role.no-intent.subject': '機器人無法列出伺服器成員',
  'role.no-intent.wrong': 'Discord 拒絕提供成員名單，所以無法比對誰有已連結成員的身分組、誰有連結。',
  'role.no-intent.mend':
    '請到開發者平台打開這個應用程式，在 Bot 頁面啟用「Server Members Intent」，然後重新啟動機器人。',
  'role.held.subject': '會有很多人失去已連結成員的身分組',
  'role.held.wrong':
    '擁有已連結成員身分組的 {{holders}} 人之中，有 {{removals}} 人沒有連結到目錄裡的任何人。人數多到像是出了錯，所以沒有收回任何人的身分組。',
  'role.held.mend':
    '請確認 DATABASE_URL、DISCORD_GUILD_ID、DISCORD_VERIFIED_ROLE_ID 是否正確，以及目錄裡是否少了人。如果都沒問題，請手動收回，或改用新的身分組。',
  'role.refused.subject': 'Discord 拒絕變更已連結成員的身分組',
  'role.refused.wrong': '機器人看起來權限都齊全，但 Discord 拒絕了：{{- message}}。',
  'role.refused.mend': '如果訊息提到雙重驗證，請為擁有機器人的帳號啟用。錯過的部分會自動補上。',
}
