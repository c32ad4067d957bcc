import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newBrowser } from '../browser.ts'
import { codeOn, type Linking, password, startLinking } from './linking.ts'

let linking: Linking
/** Holds the person as somebody does who is about to delete all that is held about them. */
let forgetting: pg.Client

beforeEach(async (t) => {
  linking = await startLinking(t)
  forgetting = new pg.Client({ connectionString: linking.api.databaseUrl })
  await forgetting.connect()
})

afterEach(() => forgetting.end())

async function holdAlice(): Promise<void> {
  await forgetting.query('begin')
  await forgetting.query('select from member where id = $1 for update', [linking.alice.id])
}

/** Their attempts are deleted next: none of them may be held by who waits for the person. */
async function deleteAttempts(): Promise<void> {
  await vi.waitFor(async () => {
    const waiting = await linking.api.sql(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    expect(waiting).not.toEqual([])
  })
  const { rowCount } = await forgetting.query('select from link_attempt for update nowait')
  expect(rowCount).toBe(1)
  await forgetting.query('rollback')
}

test('a password that is typed meanwhile waits its turn, and is not in the way', async () => {
  const attempt = await linking.begin()
  const browser = newBrowser()
  const form = await browser.open(attempt.url)
  await holdAlice()
  const submitted = browser.submit(form, { username: 'alice', password })
  await deleteAttempts()
  expect(codeOn(await submitted)).toMatch(/^\d{6}$/)
})

test('a code that is asked for meanwhile waits its turn, and is not in the way', async () => {
  await linking.begin()
  await holdAlice()
  const begun = linking.beginByMail('alice')
  await deleteAttempts()
  expect((await begun).status).toBe(201)
  expect(await linking.mails('link.code')).toHaveLength(1)
})
