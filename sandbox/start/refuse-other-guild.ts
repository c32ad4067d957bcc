import { chosen } from '../../domain/contracts/environment.ts'
import { ConfigError, type Environment, readWhatIsValid } from '../../domain/contracts/read-environment.ts'
import { MixedEnvironments } from '../../domain/contracts/mixed-environments.ts'
import { checkInstallation } from '../../domain/store/installation/check-installation.ts'
import { shortPath } from '../prompt/short-path.ts'
import type { Given } from './given-environment.ts'
import { resetCommand } from './reset-command.ts'
import { withDatabase } from './with-database.ts'

/**
 * Looks whether what the folder keeps belongs to the Discord server of this start. A database that was kept from the stand-in belongs to the
 * invented server, and the embedded one can't be moved by hand: it is gone as soon as this start has failed.
 * @throws {ConfigError} saying how to go on.
 */
export async function refuseOtherGuild(
  environment: Environment,
  { given, dataDir }: { given: Given; dataDir: string },
): Promise<void> {
  // What is wrong or missing here is the bot's and the worker's to refuse.
  const { values } = readWhatIsValid(
    chosen('APP_ENV', 'DATABASE_URL', 'DISCORD_GUILD_ID', 'DISCORD_APPLICATION_ID'),
    environment,
  )
  const { APP_ENV: appEnv, DATABASE_URL: url, DISCORD_GUILD_ID: guildId } = values
  if (appEnv === undefined || url === undefined || guildId === undefined) return
  const applicationId = values.DISCORD_APPLICATION_ID ?? null
  try {
    await withDatabase(url, async (db) => {
      const tx = await db.transaction()
      try {
        await checkInstallation(tx, { appEnv, guildId, applicationId })
      } finally {
        // It looks only: whoever comes up first stamps.
        await tx.rollback()
      }
    })
  } catch (error) {
    if (!(error instanceof MixedEnvironments)) throw error
    const isReal = given.has('DISCORD_TOKEN')
    throw new ConfigError([sentence({ isReal, guildId, applicationId, dataDir })])
  }
}

type Clash = { isReal: boolean; guildId: string; applicationId: string | null; dataDir: string }

function sentence({ isReal, guildId, applicationId, dataDir }: Clash): string {
  const folder = shortPath(dataDir)
  const named = `DISCORD_GUILD_ID is ${guildId}${applicationId === null ? '' : ` and DISCORD_APPLICATION_ID ${applicationId}`}`
  const clash = isReal
    ? `${folder} keeps what was made with another Discord server or application (the invented one, if you tried that first), but ${named}`
    : `${folder} keeps what was made with a real Discord server, but DISCORD_TOKEN is not set, so this start has the invented one`
  return `${clash}. Begin anew: ${resetCommand(dataDir)} (deletes what ${folder} keeps), or keep both: npm start -- --data ANOTHER-FOLDER`
}
