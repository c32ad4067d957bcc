import { Type } from 'typebox'
import { MailAddress, readSender } from './mail-address.ts'
import type { Variable } from './read-environment.ts'

// What a description says is shown where a value is none.
const url = (schemes: string[], also = '') =>
  Type.String({
    pattern: `^(${schemes.map((scheme) => scheme.replace('+', '\\+')).join('|')})://`,
    description: `must begin with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}, name a host, and percent-encode what is special${also}`,
  })
/** The address of one host, unlike that of a database, which may name several or none. */
const hostUrl = (...schemes: string[]) => Type.Refine(url(schemes), namesHost)
const namesHost = (value: string) =>
  URL.canParse(value) && new URL(value).hostname !== '' && hasReadableLogin(value)
/** The client takes what is behind the slash for the number of a database, and dies of another one once it is connected. */
const redisUrl = Type.Refine(
  url(['redis', 'rediss'], '; its path is a number, if anything'),
  (value) => namesHost(value) && /^\/?[0-9]*$/.test(new URL(value).pathname),
)
const databaseUrl = (...schemes: string[]) =>
  Type.Refine(url(schemes), (value) =>
    // As pg reads it, also without a host; of MongoDB an address may name several, which no URL does, and has to name one.
    value.startsWith('postgres')
      ? URL.canParse(value.replace('@/', '@host/'))
      : hasReadableLogin(value) && !/^[^:]+:\/\/([^/?#]*@)?([/?#]|$)/.test(value),
  )

/** Clients throw at a name or password that is not percent-encoded and has a % of its own. */
function hasReadableLogin(address: string): boolean {
  try {
    void decodeURIComponent(/^[^:]+:\/\/([^/?#]*)@/.exec(address)?.[1] ?? '')
    return true
  } catch {
    return false
  }
}
const wholeNumber = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum })
const snowflake = Type.String({ pattern: '^[0-9]{17,20}$', description: 'must be 17 to 20 digits' })
const dn = Type.String({ pattern: '^[^=]+=.+', description: 'must be a distinguished name' })
/** It travels in a header, which takes nothing else. */
const bearerToken = Type.String({
  pattern: '^[!-~]{16,}$',
  description: 'must be at least 16 visible ASCII characters',
})

/** A name, not an offset: that would be wrong for half of the year where clocks change. */
function isTimeZone(value: string): boolean {
  try {
    return /^[A-Z]/i.test(value) && new Intl.DateTimeFormat('en', { timeZone: value }).format() !== ''
  } catch {
    return false
  }
}

/** The variables of the contract. A process names the ones that it needs. */
export const variables = {
  APP_ENV: {
    schema: Type.Enum(['dev', 'prod']),
    meaning: 'which of the two environments this is: dev or prod',
    example: 'dev',
    fallback: 'dev',
  },
  LOG_LEVEL: {
    schema: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    meaning: 'how much is logged: trace, debug, info, warn, error or silent',
    example: 'info',
    fallback: 'info',
  },
  DATABASE_URL: {
    schema: databaseUrl('postgres', 'postgresql'),
    meaning: 'Postgres, where requests, links and the mirror live',
    example: 'postgres://guildpost:secret@127.0.0.1:5432/guildpost',
    secret: true,
  },
  DATABASE_POOL_MAX: {
    schema: wholeNumber(2, 200),
    meaning:
      'how many connections to Postgres the pool of one process may have; an api opens two more, a worker three',
    example: '10',
    fallback: '10',
  },
  JOBS_URL: {
    schema: databaseUrl('mongodb', 'mongodb+srv', 'postgres', 'postgresql'),
    meaning: 'where Agenda keeps its jobs: mongodb://… or postgres://…',
    example: 'postgres://guildpost:secret@127.0.0.1:5432/guildpost',
    secret: true,
  },
  REDIS_URL: {
    schema: redisUrl,
    meaning: 'Redis, with its ACL user',
    example: 'redis://dev:secret@127.0.0.1:6379',
    secret: true,
  },
  API_HOST: {
    schema: Type.String(),
    meaning: 'the address that the API listens on',
    example: '127.0.0.1',
    fallback: '127.0.0.1',
  },
  API_PORT: {
    schema: wholeNumber(0, 65_535),
    meaning: 'the port that the API listens on',
    example: '8080',
    fallback: '8080',
  },
  API_URL: {
    schema: hostUrl('http', 'https'),
    meaning: 'how others reach the API; https in prod unless it is a loopback address',
    example: 'https://lists.example.org',
    fallback: 'http://127.0.0.1:8080',
  },
  HEALTH_PORT: {
    schema: wholeNumber(1, 65_535),
    meaning:
      'the port of the health listener, which a worker opens on all addresses and the bot on 127.0.0.1; without it there is none',
    example: '8081',
    optional: true,
  },
  SERVICE_TOKEN: {
    schema: Type.String({
      pattern: '^[!-+\\--~]{32,}(,[!-+\\--~]{32,})?$',
      description: 'must be at least 32 visible ASCII characters, or two such, separated by a comma alone',
    }),
    meaning: "the bot's credential, at least 32 characters; two, separated by a comma, while rotating",
    example: '(openssl rand -hex 32)',
    secret: true,
  },
  METRICS_TOKEN: {
    schema: bearerToken,
    meaning:
      'the bearer token that may read /metrics; without it only admins may at the API, and at a worker whoever reaches its HEALTH_PORT',
    example: '(openssl rand -hex 32)',
    optional: true,
    secret: true,
  },
  TRUST_PROXY: {
    schema: Type.String(),
    meaning:
      'addresses or ranges of the proxies that may set forwarded addresses, comma-separated; nobody without it',
    example: '10.0.0.0/8',
    optional: true,
  },
  CORS_ORIGINS: {
    schema: Type.String(),
    meaning: 'origins that a browser may call the API from, comma-separated; none without it',
    example: 'https://members.example.org',
    optional: true,
  },
  LDAP_URL: {
    schema: hostUrl('ldap', 'ldaps'),
    meaning:
      'the directory; plain ldap:// is refused in prod unless it is a loopback address or LDAP_STARTTLS is on',
    example: 'ldaps://ldap.example.org',
  },
  LDAP_CA_FILE: {
    schema: Type.String(),
    meaning: 'path of the certificate authority that signed the directory’s certificate',
    example: '/etc/ssl/ldap-ca.pem',
    optional: true,
  },
  LDAP_STARTTLS: {
    schema: Type.Enum(['on', 'off']),
    meaning: 'on: upgrade an ldap:// connection to TLS before anything is sent',
    example: 'off',
    fallback: 'off',
  },
  LDAP_BIND_DN: {
    schema: dn,
    meaning: 'the worker’s account; it may write below the lists’ base only',
    example: 'cn=guildpost,ou=services,dc=example,dc=org',
  },
  LDAP_BIND_PASSWORD: {
    schema: Type.String({ minLength: 1 }),
    meaning: 'its password',
    example: 'secret',
    secret: true,
  },
  LDAP_READ_BIND_DN: {
    schema: dn,
    meaning: 'the api’s account for finding people; anonymous without it',
    example: 'cn=guildpost-read,ou=services,dc=example,dc=org',
    optional: true,
  },
  LDAP_READ_BIND_PASSWORD: {
    schema: Type.String({ minLength: 1 }),
    meaning: 'its password',
    example: 'secret',
    optional: true,
    secret: true,
  },
  LDAP_PEOPLE_BASE: {
    schema: dn,
    meaning: 'the branch where people live',
    example: 'ou=people,dc=example,dc=org',
  },
  LDAP_PEOPLE_FILTER: {
    schema: Type.String({ pattern: '^\\(.+\\)$', description: 'must be in parentheses' }),
    meaning: 'which entries below it are people',
    example: '(objectClass=inetOrgPerson)',
    fallback: '(objectClass=inetOrgPerson)',
  },
  LDAP_LISTS_BASE: {
    schema: dn,
    meaning: 'the branch where lists live',
    example: 'ou=lists,dc=example,dc=org',
  },
  LDAP_LIST_CLASS: {
    schema: Type.Enum(['groupOfUniqueNames', 'groupOfNames', 'posixGroup', 'nisMailAlias']),
    meaning: 'the object class of a list: groupOfUniqueNames, groupOfNames, posixGroup or nisMailAlias',
    example: 'groupOfUniqueNames',
    fallback: 'groupOfUniqueNames',
  },
  LDAP_PLACEHOLDER_DN: {
    schema: dn,
    meaning: 'the member that an empty group keeps; the bind DN without it',
    example: 'cn=guildpost,ou=services,dc=example,dc=org',
    optional: true,
  },
  LDAP_ADMIN_GROUP: {
    schema: dn,
    meaning: 'the group whose members are admins',
    example: 'cn=guildpost-admins,ou=groups,dc=example,dc=org',
    optional: true,
  },
  LDAP_ADMIN_GID: {
    schema: wholeNumber(0, 2_147_483_647),
    meaning: 'the gidNumber that makes an admin',
    example: '500',
    optional: true,
  },
  LISTS_DEFAULT_JOIN: {
    schema: Type.Enum(['open', 'approval', 'closed']),
    meaning:
      'who may join a list first seen in the directory: open, approval or closed; without it open in dev, closed in prod',
    example: 'closed',
    optional: true,
  },
  WRITES: {
    schema: Type.Enum(['on', 'off']),
    meaning:
      'off: observe only; read everything, accept changes, show what would be written, write nothing to the directory',
    example: 'on',
    fallback: 'on',
  },
  DISCORD_TOKEN: {
    schema: Type.String({ minLength: 1 }),
    meaning: 'the bot’s token',
    example: '(from the developer portal)',
    secret: true,
  },
  DISCORD_APPLICATION_ID: {
    schema: snowflake,
    meaning: 'the Discord application',
    example: '123456789012345678',
  },
  DISCORD_GUILD_ID: {
    schema: snowflake,
    meaning: 'the one server that the bot serves',
    example: '123456789012345678',
  },
  DISCORD_API_URL: {
    schema: hostUrl('http', 'https'),
    meaning: 'Discord’s API',
    example: 'https://discord.com/api',
    fallback: 'https://discord.com/api',
  },
  DISCORD_ALERT_CHANNEL_ID: {
    schema: snowflake,
    meaning: 'the channel for alerts',
    example: '123456789012345678',
    optional: true,
  },
  DISCORD_WORKFLOW_CHANNEL_ID: {
    schema: snowflake,
    meaning: 'the channel for workflow notices',
    example: '123456789012345678',
    optional: true,
  },
  DISCORD_VERIFIED_ROLE_ID: {
    schema: snowflake,
    meaning: 'the role given to linked members; without it none is given',
    example: '123456789012345678',
    optional: true,
  },
  SMTP_URL: {
    schema: hostUrl('smtp', 'smtps'),
    meaning: 'the mail server',
    example: 'smtps://guildpost:secret@mail.example.org',
    secret: true,
  },
  MAIL_FROM: {
    schema: Type.Refine(Type.String(), (value) => readSender(value) !== null),
    meaning: 'the sender of its mail',
    example: 'guildpost <lists@example.org>',
  },
  ALERT_MAIL_TO: {
    schema: MailAddress,
    meaning: 'who gets alerts by mail',
    example: 'ops@example.org',
    optional: true,
  },
  GITHUB_WEBHOOK_SECRET: {
    schema: Type.String({ minLength: 16 }),
    meaning: 'the secret of the GitHub webhook; without it POST /api/v1/hooks/github is off',
    example: '(openssl rand -hex 32)',
    secret: true,
    optional: true,
  },
  ALERTMANAGER_TOKEN: {
    schema: bearerToken,
    meaning: 'the bearer token of Alertmanager; without it POST /api/v1/hooks/alertmanager is off',
    example: '(openssl rand -hex 32)',
    secret: true,
    optional: true,
  },
  SYNC_INTERVAL_S: {
    schema: wholeNumber(1, 86_400),
    meaning: 'seconds between two reads of the directory',
    example: '180',
    fallback: '180',
  },
  RECONCILE_INTERVAL_S: {
    schema: wholeNumber(1, 86_400),
    meaning:
      'seconds between two comparisons of everything: the whole directory with the mirror, and the role of linked members with the links',
    example: '1800',
    fallback: '1800',
  },
  SWEEP_INTERVAL_S: {
    schema: wholeNumber(1, 3600),
    meaning: 'seconds between two looks for work left behind',
    example: '30',
    fallback: '30',
  },
  REMOVAL_LIMIT_PERCENT: {
    schema: wholeNumber(0, 100),
    meaning:
      'how many percent of a list others may take off it within an hour before an admin has to say yes (beyond REMOVAL_LIMIT_COUNT too)',
    example: '20',
    fallback: '20',
  },
  REMOVAL_LIMIT_COUNT: {
    schema: wholeNumber(0, 1_000_000),
    meaning: 'how many people that must be as well',
    example: '5',
    fallback: '5',
  },
  ALERT_AFTER_S: {
    schema: wholeNumber(0, 86_400),
    meaning: 'an outage shorter than this many seconds raises no alert',
    example: '15',
    fallback: '15',
  },
  CHANGES_LIMIT: {
    schema: wholeNumber(1, 1_000_000),
    meaning: 'accepted requests a member may make in a window',
    example: '10',
    fallback: '10',
  },
  CHANGES_WINDOW_S: {
    schema: wholeNumber(1, 86_400),
    meaning: 'the length of that window in seconds',
    example: '600',
    fallback: '600',
  },
  AUDIT_SIGNING_KEY: {
    schema: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    meaning:
      'the Ed25519 key (32 bytes, base64url) that signs checkpoints of the audit; without it there are none',
    example: '(openssl rand 32 | basenc --base64url | tr -d =)',
    optional: true,
    secret: true,
  },
  SECRETS_EXPIRE: {
    schema: Type.String({ pattern: '^[A-Z_]+=\\d{4}-\\d{2}-\\d{2}(,\\s*[A-Z_]+=\\d{4}-\\d{2}-\\d{2})*$' }),
    meaning: 'when secrets that end by themselves do, for npm run doctor to remind you',
    example: 'LDAP_BIND_PASSWORD=2027-06-30,DISCORD_TOKEN=2027-12-31',
    optional: true,
  },
  SESSION_DAYS: {
    schema: wholeNumber(1, 365),
    meaning: 'how many days somebody stays signed in to the web pages',
    example: '14',
    fallback: '14',
  },
  SITE_TZ: {
    schema: Type.Refine(Type.String(), isTimeZone),
    meaning:
      'the time zone in which pages, mails and files write times, by its IANA name; Discord shows each reader their own',
    example: 'Asia/Taipei',
    fallback: 'UTC',
  },
} satisfies Record<string, Variable>

/** The chosen variables of the contract, as `readEnvironment` wants them. */
export function chosen<Name extends keyof typeof variables>(...names: Name[]): Pick<typeof variables, Name> {
  return Object.fromEntries(names.map((name) => [name, variables[name]])) as Pick<typeof variables, Name>
}

/** How to come by a secret that nobody should copy: its example says so in brackets. Those of any other value belong to it. */
export function wayTo({ example, secret }: { example: string; secret?: true }): string | undefined {
  return secret ? /^\((.*)\)$/.exec(example)?.[1] : undefined
}
