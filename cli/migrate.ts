import { ConfigError } from '../domain/contracts/environment.ts'
import { migrateDown, migrateUp, migrationStatus } from '../domain/store/migrate.ts'
import { migrations } from '../migrations/index.ts'
import { readDatabaseConfig } from './config.ts'

const usage =
  'npm run migrate [-- up | status | down]   (up is what it does without a word; down takes back the newest step)'

try {
  const { APP_ENV, DATABASE_URL } = readDatabaseConfig()
  const word = process.argv[2] ?? 'up'
  if (word === 'up') {
    const applied = await migrateUp(DATABASE_URL, migrations, APP_ENV)
    console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`)
  } else if (word === 'status') {
    const { applied, pending } = await migrationStatus(DATABASE_URL, migrations)
    for (const name of applied) console.log(`applied  ${name}`)
    for (const name of pending) console.log(`pending  ${name}`)
  } else if (word === 'down') {
    const undone = await migrateDown(DATABASE_URL, migrations)
    console.log(undone.length === 0 ? 'There is nothing to take back.' : `Taken back: ${undone.join(', ')}`)
  } else {
    console.error(usage)
    process.exitCode = 64 // EX_USAGE, sysexits.h
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof ConfigError ? 78 : 1
}
