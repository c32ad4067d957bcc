import { expect, it, type TestContext } from 'vitest'
import {
  checkInstallation,
  stampInstallation,
} from '../../../../domain/store/installation/check-installation.ts'
import { untilInstalled } from '../../../../domain/store/installation/until-installed.ts'
import { openDatabase } from '../../../../domain/store/database.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

const ours = { appEnv: 'dev', guildId: '300000000000000001', applicationId: '200000000000000001' }

async function database(t: TestContext) {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 2 })
  cleanUpAfter(t, () => db.destroy())
  return db
}

it('takes the server and the application that it is first told of, and no others afterwards', async (t) => {
  const db = await database(t)
  await checkInstallation(db, { ...ours, guildId: null, applicationId: null })
  await checkInstallation(db, { ...ours, applicationId: null })
  await checkInstallation(db, ours)
  await checkInstallation(db, { ...ours, guildId: null })
  await expect(checkInstallation(db, { ...ours, guildId: '300000000000000009' })).rejects.toThrow(
    'DISCORD_GUILD_ID is 300000000000000009, but the database of DATABASE_URL belongs to the server 300000000000000001.',
  )
  await expect(checkInstallation(db, { ...ours, applicationId: '200000000000000009' })).rejects.toThrow(
    'DISCORD_APPLICATION_ID is 200000000000000009, but the database of DATABASE_URL belongs to the application 200000000000000001.',
  )
})

it('refuses the other environment, and is not stamped by it', async (t) => {
  const db = await database(t)
  await expect(checkInstallation(db, { ...ours, appEnv: 'prod' })).rejects.toMatchObject({
    problems: [
      'APP_ENV is prod, but the database of DATABASE_URL belongs to dev. Point DATABASE_URL at the prod database, or set APP_ENV=dev.',
    ],
  })
  await expect(checkInstallation(db, { ...ours, guildId: '300000000000000002' })).resolves.toBeUndefined()
})

it('is moved to another server when an operator says so', async (t) => {
  const db = await database(t)
  await checkInstallation(db, ours)
  await stampInstallation(db, { guildId: '300000000000000002', applicationId: null })
  await expect(checkInstallation(db, { ...ours, guildId: '300000000000000002' })).resolves.toBeUndefined()
})

it('while it waits it says whether the database or its schema is missing', async (t) => {
  const stop = new AbortController()
  const saidOf = async (url: string) => {
    const db = openDatabase(url, { poolMax: 1 })
    cleanUpAfter(t, () => db.destroy())
    const { promise, resolve } = Promise.withResolvers<string>()
    const log = { warn: (_details: object, message: string) => resolve(message) }
    void untilInstalled(db, ours, { signal: stop.signal, log })
    return promise
  }
  const { url } = await createTestDatabase(t, { empty: true })
  expect(await saidOf(url)).toContain('npm run migrate')
  expect(await saidOf('postgres://nobody:secret@127.0.0.1:1/none')).toBe('the database is not there yet')
  stop.abort()
})
