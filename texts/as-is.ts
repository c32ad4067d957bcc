import { createTranslations } from './translate.ts'

/** The texts with their values put in as they are: for mail, and for values that are harmless already. */
export const asIs = createTranslations({ escape: (value) => value, command: (name) => `/${name}` })
