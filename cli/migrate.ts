import { checkInstallation, stampInstallation } from '../domain/store/installation/check-installation.ts'
import { migrateDown, migrateUp, migrationStatus } from '../domain/store/installation/migrate.ts'
import { migrations } from '../migrations/index.ts'
import { readWords, runCommand, UsageError, withAnyDatabase } from './command.ts'
import { readDatabaseConfig } from './config.ts'

const usage = `npm run migrate             brings the schema up to date; so does the word up
npm run migrate -- status   which steps were applied, and which are to be
npm run migrate -- down     takes back the newest step
npm run migrate -- stamp    moves the database to DISCORD_GUILD_ID and DISCORD_APPLICATION_ID

It ends with 0 when it was done, 1 when it was not, 64 when it was used wrongly, 78 when the configuration is wrong.`

/** How Postgres knows the command. */
const name = 'guildpost-migrate'

type Config = ReturnType<typeof readDatabaseConfig>

const operations: Readonly<Record<string, (config: Config) => Promise<void>>> = { up, status, down, stamp }

process.exitCode = await runCommand(usage, async () => {
  const operation = wantedOperation(process.argv.slice(2))
  if (operation === null) console.log(usage)
  else await operation(readDatabaseConfig())
  return true
})

/** Null for help. @throws {UsageError} */
function wantedOperation(args: string[]) {
  const { values, positionals } = readWords({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  })
  const [word = 'up', ...more] = positionals
  if (values.help === true || word === 'help') return null
  const operation = Object.hasOwn(operations, word) ? operations[word] : undefined
  if (!operation || more.length > 0) throw new UsageError(`There is no “${positionals.join(' ')}”.`)
  return operation
}

async function up(config: Config): Promise<void> {
  const { APP_ENV: appEnv, DATABASE_URL } = config
  await withAnyDatabase(config, name, async (db) => {
    const applied = await migrateUp(DATABASE_URL, migrations, appEnv)
    await checkInstallation(db, { appEnv, ...inDiscord(config) })
    const { newer } = await migrationStatus(DATABASE_URL, migrations)
    if (newer.length > 0)
      console.log(
        `The schema is newer than this version, which does not know ${newer.join(', ')}: nothing was changed.`,
      )
    else console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`)
  })
}

async function status(config: Config): Promise<void> {
  await withAnyDatabase(config, name, async () => {
    const { applied, pending, newer } = await migrationStatus(config.DATABASE_URL, migrations)
    for (const step of applied) console.log(`applied  ${step}`)
    for (const step of pending) console.log(`pending  ${step}`)
    for (const step of newer) console.log(`newer    ${step}: this version does not know it`)
  })
}

async function down(config: Config): Promise<void> {
  await withAnyDatabase(config, name, async () => {
    const undone = await migrateDown(config.DATABASE_URL, migrations)
    console.log(undone.length === 0 ? 'There is nothing to take back.' : `Taken back: ${undone.join(', ')}`)
  })
}

async function stamp(config: Config): Promise<void> {
  await withAnyDatabase(config, name, (db) => stampInstallation(db, inDiscord(config)))
  console.log('The database belongs to the server and the application that were named.')
}

function inDiscord({ DISCORD_GUILD_ID, DISCORD_APPLICATION_ID }: Config) {
  return { guildId: DISCORD_GUILD_ID ?? null, applicationId: DISCORD_APPLICATION_ID ?? null }
}
