import type { LinkWords } from '../domain/contracts/link-words.ts'
import { urlButtons } from '../domain/contracts/notice.ts'
import { inMessage } from './sent-later.ts'
import { localeFor } from './translate.ts'
import { codeMail, linkedMail, moveMail } from './link-mail.ts'

/** What people are told by mail and by direct message while an account is linked. `url` is the API's own address. */
export const linkWordsFrom = (url: string): LinkWords => ({
  code: codeMail,
  made: (facts) => linkedMail(url, facts),

  moveAsked: (facts) => {
    const { displayName, discordName, locale, method, moveToken, until } = facts
    const t = inMessage[localeFor(locale)]
    const values = { displayName, discordName, until: `<t:${Math.floor(until.getTime() / 1000)}:t>` }
    return {
      message: {
        content: t(`notice.moveAsked.${method}`, values),
        components: [urlButtons({ url: `${url}/move/${moveToken}`, label: t('button.decideMove') })],
      },
      letter: moveMail(url, facts),
    }
  },

  movedAway: ({ displayName, discordName, method, locale }) => ({
    content: inMessage[localeFor(locale)](`notice.movedAway.${method}`, { displayName, discordName }),
  }),

  ended: ({ why, locale }) => ({ content: inMessage[localeFor(locale)](`notice.${why}`) }),

  movedHere: ({ username, adminRightsUnused, locale }) => {
    const t = inMessage[localeFor(locale)]
    const lines = [t('notice.movedHere', { username }), ...(adminRightsUnused ? [t('link.adminByPage')] : [])]
    return { content: lines.join('\n') }
  },
})
