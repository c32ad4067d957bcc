/** The languages in which there are texts. */
export type Locale = 'en' | 'zh-TW'
