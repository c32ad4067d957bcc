import { isLoopback } from './is-loopback.ts'

/** What is wrong with the way to the API that no single variable shows; a sentence each, with an example. */
export function problemsOfApiAddress({ APP_ENV, API_URL }: { APP_ENV?: string; API_URL?: string }): string[] {
  if (API_URL === undefined) return []
  if (/[?#]/.test(API_URL) || new URL(API_URL).username !== '')
    return [
      `API_URL is ${API_URL.replace(/:\/\/[^@/?#]*@/, '://…@')}: the addresses of pages and calls go behind it, so it has no ?, no # and nobody’s name. Example: API_URL=https://lists.example.org`,
    ]
  if (APP_ENV !== 'prod' || API_URL.startsWith('https://') || isLoopback(API_URL)) return []
  return [
    `API_URL is ${API_URL}: passwords are typed on its pages, and the bot’s token travels to it, so in prod it must be https. Example: API_URL=https://lists.example.org`,
  ]
}
