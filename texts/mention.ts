import { AllowedMentionsTypes, type APIAllowedMentions } from 'discord-api-types/v10'

/** Whom a rule has called, as Discord writes it: a role's id, or `here`. */
export const mentionOf = (mention: string): string => (mention === 'here' ? '@here' : `<@&${mention}>`)

/** Nothing else that a message says notifies anybody. */
export function allowedMentions(mention: string | null): APIAllowedMentions {
  if (mention === null) return { parse: [] }
  return mention === 'here' ? { parse: [AllowedMentionsTypes.Everyone] } : { parse: [], roles: [mention] }
}
