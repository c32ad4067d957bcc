import { variables } from '../../domain/contracts/environment.ts'
import { type Environment, withEnvFile } from '../../domain/contracts/read-environment.ts'

/** What each of these names is a stand-in here, unless it is set. */
export type Replaceable =
  | 'DATABASE_URL'
  | 'JOBS_URL'
  | 'REDIS_URL'
  | 'LDAP_URL'
  | 'DISCORD_TOKEN'
  | 'SMTP_URL'

export type Given = {
  /** Everything that was set, in the environment or in the .env file below it. */
  environment: Environment
  /** Whether the real thing was named, by its variable or by the file that holds it. */
  has: (name: Replaceable) => boolean
}

/** What this process was given, with the .env file of the folder `root` below it. */
export function givenEnvironment(root: string): Given {
  return givenIn(withEnvFile(process.env, root))
}

/** As if nothing of the contract was set: the demo must never touch anybody's real servers. */
export function nothingGiven(): Given {
  const names = Object.keys(variables).flatMap((name) => [name, `${name}_FILE`])
  // Empty rather than absent: the processes would look into the .env file for what is absent.
  return givenIn({ ...process.env, ...Object.fromEntries(names.map((name) => [name, ''])) })
}

function givenIn(environment: Environment): Given {
  return { environment, has: (name) => Boolean(environment[name] || environment[`${name}_FILE`]) }
}
