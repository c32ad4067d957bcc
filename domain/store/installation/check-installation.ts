import { MixedEnvironments } from '../../contracts/mixed-environments.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'

/** What a process believes that it belongs to; what it does not know is null. */
export type Belonging = { appEnv: string; guildId: string | null; applicationId: string | null }

type Stamp = { appEnv: string; guildId: string | null; applicationId: string | null }

/**
 * Compares what a process was told with what the database was stamped with, and stamps it with what it did not have yet.
 * @throws {MixedEnvironments} naming the two that disagree, and how to mend it.
 */
export async function checkInstallation(db: DatabaseOrTransaction, told: Belonging): Promise<void> {
  const [stamp] = await rows<Stamp>(
    db,
    `update installation set guild_id = coalesce(guild_id, case when app_env = :appEnv then :guildId::text end),
       application_id = coalesce(application_id, case when app_env = :appEnv then :applicationId::text end)
     returning app_env, guild_id, application_id`,
    told,
  )
  if (!stamp) return
  const problem = problemOf(stamp, told)
  if (problem !== null) throw new MixedEnvironments(problem)
}

function problemOf(stamp: Stamp, told: Belonging): string | null {
  if (stamp.appEnv !== told.appEnv)
    return `APP_ENV is ${told.appEnv}, but the database of DATABASE_URL belongs to ${stamp.appEnv}. Point DATABASE_URL at the ${told.appEnv} database, or set APP_ENV=${stamp.appEnv}.`
  if (told.guildId !== null && stamp.guildId !== told.guildId)
    return `DISCORD_GUILD_ID is ${told.guildId}, but the database of DATABASE_URL belongs to the server ${stamp.guildId}. Mend the one that is wrong; to move an installation to another server: npm run migrate -- stamp.`
  if (told.applicationId !== null && stamp.applicationId !== told.applicationId)
    return `DISCORD_APPLICATION_ID is ${told.applicationId}, but the database of DATABASE_URL belongs to the application ${stamp.applicationId}. Mend the one that is wrong; to give an installation another application: npm run migrate -- stamp.`
  return null
}

/** Stamps the database anew with the server and application that it is told: an operator moves the installation there. */
export async function stampInstallation(
  db: DatabaseOrTransaction,
  { guildId, applicationId }: Omit<Belonging, 'appEnv'>,
): Promise<void> {
  await rows(
    db,
    `update installation set guild_id = coalesce(:guildId::text, guild_id),
       application_id = coalesce(:applicationId::text, application_id) returning 1`,
    { guildId, applicationId },
  )
}
