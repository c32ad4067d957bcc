import { ConfigError, exitConfig } from '../domain/contracts/read-environment.ts'
import { checkInstallation, stampInstallation } from '../domain/store/check-installation.ts'
import { type Database, openDatabase } from '../domain/store/database.ts'
import { migrateDown, migrateUp, migrationStatus } from '../domain/store/migrate.ts'
import { migrations } from '../migrations/index.ts'
import { readDatabaseConfig } from './config.ts'

const usage =
  'npm run migrate [-- up | status | down | stamp]   (up is what it does without a word; down takes back the newest step; stamp moves it to DISCORD_GUILD_ID and DISCORD_APPLICATION_ID)'

try {
  const { APP_ENV, DATABASE_URL, DISCORD_GUILD_ID, DISCORD_APPLICATION_ID } = readDatabaseConfig()
  const inDiscord = { guildId: DISCORD_GUILD_ID ?? null, applicationId: DISCORD_APPLICATION_ID ?? null }
  const word = process.argv[2] ?? 'up'
  const withDatabase = async (work: (db: Database) => Promise<void>) => {
    const db = openDatabase(DATABASE_URL, { poolMax: 1, name: 'guildpost-migrate' })
    try {
      await work(db)
    } finally {
      await db.destroy()
    }
  }
  if (word === 'up') {
    const applied = await migrateUp(DATABASE_URL, migrations, APP_ENV)
    await withDatabase((db) => checkInstallation(db, { appEnv: APP_ENV, ...inDiscord }))
    const { newer } = await migrationStatus(DATABASE_URL, migrations)
    if (newer.length > 0)
      console.log(
        `The schema is newer than this version, which does not know ${newer.join(', ')}: nothing was changed.`,
      )
    else console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`)
  } else if (word === 'stamp') {
    await withDatabase((db) => stampInstallation(db, inDiscord))
    console.log('The database belongs to the server and the application that were named.')
  } else if (word === 'status') {
    const { applied, pending, newer } = await migrationStatus(DATABASE_URL, migrations)
    for (const name of applied) console.log(`applied  ${name}`)
    for (const name of pending) console.log(`pending  ${name}`)
    for (const name of newer) console.log(`newer    ${name}: this version does not know it`)
  } else if (word === 'down') {
    const undone = await migrateDown(DATABASE_URL, migrations)
    console.log(undone.length === 0 ? 'There is nothing to take back.' : `Taken back: ${undone.join(', ')}`)
  } else {
    console.error(usage)
    process.exitCode = 64 // EX_USAGE, sysexits.h
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof ConfigError ? exitConfig : 1
}
