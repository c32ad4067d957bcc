import { lookAtRedis } from '../../adapters/redis/look-at-redis.ts'
import { type Area, doubtful, type Finding, reasonOf, right, unknown, wrong } from './finding.ts'

type RedisSettings = {
  url: string
  environment: 'dev' | 'prod'
  /** The other environment's account, where it is known: then both are tried against each other. */
  otherUrl: string | undefined
}

const acl = 'Set the users up as infra/redis/users.acl has them.'
const warnShare = 0.8

/** Whether Redis keeps the two environments apart, and has bounds that lose nothing by themselves. */
export const redisArea = ({ url, environment, otherUrl }: RedisSettings): Area => ({
  name: 'redis',
  check: async function* () {
    const other = environment === 'dev' ? 'prod' : 'dev'
    const look = await lookAtRedis(url).catch(letIn)
    if ('state' in look) return yield look
    try {
      const refused = await look.ping()
      if (refused !== null)
        return yield wrong(
          'account',
          `Redis wants one, and REDIS_URL has no password: ${refused.message}`,
          `Put user and password into it: redis://${environment === 'dev' ? 'dev' : 'pro'}:password@…. ${acl}`,
        )
      yield await ownKeys(look, environment)
      yield await foreignKeys(look, 'REDIS_URL', other)
      if (otherUrl !== undefined) {
        const otherLook = await lookAtRedis(otherUrl)
        try {
          yield await foreignKeys(otherLook, `the account of ${other}`, environment)
        } finally {
          otherLook.close()
        }
      }
      yield await nobody(url)
      yield await dangerous(look)
      yield* limits(await look.memory())
    } finally {
      look.close()
    }
  },
})

type Look = Awaited<ReturnType<typeof lookAtRedis>>

/** An account or a database that Redis does not know is wrong; a Redis that gives no answer is not known. */
function letIn(error: unknown): Finding {
  const reason = reasonOf(error)
  if (reason.startsWith('ERR DB index'))
    return wrong(
      'database',
      `Redis has none of this number: ${reason}`,
      'Correct the number behind the last slash of REDIS_URL, or leave it out.',
    )
  return /^(WRONGPASS|NOAUTH|NOPERM)/.test(reason)
    ? wrong('account', `Redis does not take it: ${reason}`, `Correct user and password in REDIS_URL. ${acl}`)
    : unknown(
        'server',
        `gives no answer: ${reason}`,
        'See that Redis runs where REDIS_URL says, then look again.',
      )
}

async function ownKeys(look: Look, environment: 'dev' | 'prod') {
  const refused = await look.useOwn(environment)
  return refused === null
    ? right('own keys', `can be written and read with the prefix of ${environment}`)
    : wrong(
        'own keys',
        `${environment} may not use its own: ${refused.message}`,
        `${acl} REDIS_URL needs the user of ${environment}.`,
      )
}

async function foreignKeys(look: Look, whose: string, of: 'dev' | 'prod') {
  const refusals = await look.useForeign(of)
  const open = refusals.filter(({ refused }) => refused === null).map(({ what }) => what)
  return open.length === 0
    ? right(`isolation from ${of}`, `${whose} is refused keys and channels of ${of}`)
    : wrong(`isolation from ${of}`, `${whose} may use ${open.join(' and ')} of ${of}`, acl)
}

async function nobody(url: string) {
  const anonymous = new URL(url)
  anonymous.pathname = ''
  anonymous.username = ''
  anonymous.password = ''
  const look = await lookAtRedis(anonymous.href)
  const refused = await look.ping()
  look.close()
  return refused === null
    ? wrong(
        'default user',
        'who has no account is let in',
        `${acl} Its first line switches the default user off.`,
      )
    : right('default user', 'off')
}

async function dangerous(look: Look) {
  const allowed = await look.dangerousOnes()
  return allowed.length === 0
    ? right('dangerous commands', 'refused')
    : wrong('dangerous commands', `allowed: ${allowed.join(', ')}`, acl)
}

const mb = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`

function* limits(memory: { used: number; max: number; policy: string }) {
  const remedy = 'Set maxmemory 256mb and maxmemory-policy noeviction, as infra/redis/redis.prod.conf has it.'
  if (memory.max === 0) yield wrong('memory', 'has no bound', remedy)
  else if (memory.used > memory.max * warnShare)
    yield doubtful(
      'memory',
      `${mb(memory.used)} of ${mb(memory.max)} are used`,
      'See what fills it (redis-cli --bigkeys), and give it more.',
    )
  else yield right('memory', `${mb(memory.used)} of ${mb(memory.max)} are used`)
  yield memory.policy === 'noeviction'
    ? right('when it is full', 'nothing is thrown away (noeviction)')
    : wrong('when it is full', `counters of limits are thrown away (${memory.policy})`, remedy)
}
