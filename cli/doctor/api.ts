import { ApiAway, ApiRefusal, callApi } from '../../bot/call-api.ts'
import { BotAddresses } from '../../domain/contracts/bot.ts'
import { type Area, type Finding, reasonOf, right, unknown, wrong } from './finding.ts'

type ApiSettings = {
  /** API_URL, without a slash at its end. */
  url: string
  /** Of two, the first one, which the bot shows. Undefined where there is none: the configuration tells of that. */
  serviceToken: string | undefined
}

const withinMs = 8000
const address = 'address'
const look =
  'See that the API runs (npm run api), and that host name, certificate and proxy of API_URL lead to it; then look again.'

/** Whether the API is where API_URL says, as the bot and the members' browsers reach it, and takes the bot's token. */
export const apiArea = ({ url, serviceToken }: ApiSettings): Area => ({
  name: 'api',
  check: async function* () {
    try {
      await callApi(url, {
        method: 'GET',
        path: '/bot',
        headers: { authorization: `Bearer ${serviceToken ?? ''}` },
        answer: BotAddresses,
        deadlineMs: withinMs,
      })
    } catch (error) {
      return yield* refusalOf(error, url)
    }
    yield right(address, `it answers at ${url}`)
    yield right('service token', 'the API takes that of SERVICE_TOKEN')
  },
})

function* refusalOf(error: unknown, url: string): Generator<Finding> {
  if (error instanceof ApiRefusal && error.status === 401) {
    yield right(address, `it answers at ${url}`)
    return yield wrong(
      'service token',
      'the API does not take that of SERVICE_TOKEN, so no command in Discord works',
      'Give api and bot the same SERVICE_TOKEN, then start both again.',
    )
  }
  if (error instanceof ApiRefusal)
    return yield unknown(address, `it answers at ${url}, and can’t serve: ${error.message}`, look)
  // Where something else answered, the cause is what it said, as text; where nothing did, what fetch threw.
  if (error instanceof ApiAway && typeof error.cause !== 'string')
    return yield unknown(address, `nothing answers at ${url}: ${reasonOf(rootOf(error))}`, look)
  yield wrong(address, `something else answers at ${url}: ${reasonOf(error)}`, look)
}

/** What fetch throws says that it failed, and its cause why. */
function rootOf(error: Error): unknown {
  const { cause } = error
  return cause instanceof Error ? rootOf(cause) : error
}
