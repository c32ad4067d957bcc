import { readCommand, usage } from './admin/command-line.ts'
import { runCommand, withDatabase } from './command.ts'
import { complain, say } from './say.ts'

// The way in on the first day and in an emergency: whoever may run this on the machine has the database's password anyway.

process.exitCode = await runCommand(usage, async () => {
  const command = readCommand(process.argv.slice(2))
  if (command === null) {
    for (const line of usage.split('\n')) say(line)
    return true
  }
  const { operation, words, options } = command
  return withDatabase('guildpost-admin', (db, { mirror }) => {
    if (mirror === 'down')
      complain('The directory was not read to its end yet, so people may be unknown here. A worker reads it.')
    return operation.run(db, words, options)
  })
})
