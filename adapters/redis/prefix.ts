/** What every key and channel of an environment begins with; the users of infra/redis/users.acl are named alike, without the colon. */
export const prefixOf = (environment: 'dev' | 'prod'): 'dev:' | 'pro:' =>
  environment === 'prod' ? 'pro:' : 'dev:'
