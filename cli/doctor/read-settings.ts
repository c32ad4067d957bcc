import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { problemsTogether as problemsOfApi, variables as api } from '../../api/config.ts'
import { variables as bot } from '../../bot/config.ts'
import { problemsOfApiAddress } from '../../domain/contracts/api-address.ts'
import { chosen, variables } from '../../domain/contracts/environment.ts'
import {
  type Environment,
  readWhatIsValid,
  type Variable,
  withEnvFile,
} from '../../domain/contracts/read-environment.ts'
import { problemsTogether as problemsOfWorker, variables as worker } from '../../worker/config.ts'

/** Everything that any of the processes reads. */
const all = {
  ...api,
  ...worker,
  ...bot,
  ...chosen('SECRETS_EXPIRE'),
}

export type Settings = ReturnType<typeof readSettings>

/**
 * What the three processes would be told in `folder`, as far as it is valid, and what is wrong with it. `other` is the other
 * environment's, where its file lies beside ours.
 */
export function readSettings(injected: Environment, folder: string) {
  const environment = withEnvFile(injected, folder)
  const { values, problems } = readWhatIsValid(all, environment, (valid) => [
    ...new Set([...problemsOfApi(valid), ...problemsOfWorker(valid), ...problemsOfApiAddress(valid)]),
  ])
  const appEnv = values.APP_ENV ?? 'dev'
  const fileOf = (of: 'dev' | 'prod') => join(folder, `.env.${of}`)
  const otherFile = fileOf(appEnv === 'dev' ? 'prod' : 'dev')
  const other = existsSync(otherFile)
    ? withEnvFile({ APP_ENV: appEnv === 'dev' ? 'prod' : 'dev' }, folder)
    : {}
  return {
    values,
    problems,
    environment,
    appEnv,
    cut: existsSync(fileOf(appEnv)) ? namesOfCut(readFileSync(fileOf(appEnv), 'utf8')) : [],
    otherRedisUrl: other['REDIS_URL'],
    files: [fileOf(appEnv), otherFile].filter((file) => existsSync(file)),
    secrets: Object.entries<Variable>(variables).flatMap(([name, { secret }]) => (secret ? name : [])),
  }
}

/** The variables of a file of settings whose value has a # in the middle of a word and no quotes: a comment begins there. */
const namesOfCut = (text: string): string[] =>
  [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Z][A-Z_]*)[ \t]*=[ \t]*[^'"`#\s][^#\n]*(?<=\S)#/gm)].map(
    ([, name = '']) => name,
  )
