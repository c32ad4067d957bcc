import { expect, it } from 'vitest'
import { openDatabase, rows } from '../../domain/store/database.ts'
import { createTestDatabase } from '../_support/servers.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { says } from './spelled-out.ts'
import { startWire } from './wire.ts'

it('a statement is met each time, also where it goes by its name, and only with its answer', async (t) => {
  const url = new URL((await createTestDatabase(t)).url)
  const wire = await startWire(Number(url.port))
  url.port = String(wire.port)
  const db = openDatabase(url.href, { poolMax: 1, name: 'test' })
  cleanUpAfter(t, () => db.destroy())
  const ask = (number: number) =>
    rows<{ found: number }>(
      db,
      'select n as found from generate_series(1, 2) as n where n = :number::integer',
      {
        number,
      },
    )
  const heard: string[] = []
  wire.overhear(says('select n as found', 'generate_series'), (answer) => heard.push(answer))
  await ask(1)
  await ask(2)
  expect(heard.map((answer) => says('SELECT 1')(answer))).toEqual([true, true])

  const held = wire.holdAt({
    where: 'answer',
    said: says('select n as found'),
    answered: says('SELECT 0'),
  })
  expect(await ask(1)).toEqual([{ found: 1 }])
  let isAnswered = false
  const none = ask(3).finally(() => {
    isAnswered = true
  })
  await held
  expect(isAnswered).toBe(false)
  wire.release()
  expect(await none).toEqual([])

  const atCommit = wire.holdAt({ where: 'request', after: says('select n as found'), said: says('COMMIT') })
  await db.transaction(async (tx) => rows(tx, 'select 1 as other', {}))
  const done = db.transaction(async (tx) => {
    await rows(tx, 'select n as found from generate_series(1, 2) as n where n = :number::integer', {
      number: 1,
    })
    return 'done'
  })
  await atCommit
  wire.release()
  expect(await done).toBe('done')
})
