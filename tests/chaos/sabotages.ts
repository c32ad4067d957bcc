/** One small thing taken away: `find` stands exactly once in `file`. At least one test of `caughtBy` fails without it. */
export type Sabotage = {
  name: string
  file: string
  find: string
  replace: string
  caughtBy: readonly string[]
}

const machine = 'tests/domain/change-machine.test.ts'
const chaos = 'tests/chaos/chaos.test.ts'

export const sabotages: readonly Sabotage[] = [
  {
    name: 'who lost the lease records nevertheless',
    file: 'domain/store/record-outcomes.ts',
    find: 'where id = :id and lease_token = :leaseToken and lease_until > now() for update',
    replace: 'where id = :id and :leaseToken::uuid is not null for update',
    caughtBy: ['tests/worker/apply-faults.test.ts', 'tests/flows/bad-days.test.ts'],
  },
  {
    name: 'the lease is not confirmed before the modify',
    file: 'worker/apply/hold-lease.ts',
    find: 'if (!(await renew())) throw new LeaseLost()',
    replace: 'await renew()',
    caughtBy: ['tests/worker/apply-faults.test.ts', 'tests/flows/bad-days.test.ts'],
  },
  {
    name: 'a modify asserts no version',
    file: 'adapters/ldap/modify-members.ts',
    find: '...(can.assertion && version ?',
    replace: '...(can.assertion && version === "" ?',
    caughtBy: ['tests/worker/apply-faults.test.ts'],
  },
  {
    name: 'what an expired lease left in hand is not taken up',
    file: 'domain/store/take-in-hand.ts',
    find: "where c.list_id = ${listId} and (c.state = 'applying' or (c.state = 'queued' and ${isDue}",
    replace: "where c.list_id = ${listId} and ((c.state = 'queued' and ${isDue}",
    caughtBy: [machine],
  },
  {
    name: 'a second word overtakes the first one in hand',
    file: 'domain/store/take-in-hand.ts',
    find: "and c.member_id not in (select a.member_id from change a where a.list_id = ${listId} and a.state = 'applying')",
    replace: '',
    caughtBy: [machine],
  },
  {
    name: 'two words about one pair at once do not wait for each other',
    file: 'domain/store/request-changes.ts',
    find: 'select pg_advisory_xact_lock(hashtextextended(pair, 0))',
    replace: 'select hashtextextended(pair, 0)',
    caughtBy: ['tests/domain/store/request-changes.test.ts'],
  },
  {
    name: 'no connection means that the directory has refused',
    file: 'adapters/ldap/failure.ts',
    find: "sent ? 'unknown-outcome' : 'transient',",
    replace: "'permanent',",
    caughtBy: [chaos],
  },
  {
    name: 'a modify without an answer is taken for done',
    file: 'worker/apply/write-changes.ts',
    find: '    if (!(error instanceof DirectoryFailure) || !isRefusal(error)) throw error\n',
    replace: `    if (error instanceof DirectoryFailure && error.kind === 'unknown-outcome') {
      for (const { id } of changes) progress.written.set(id, { kind: 'applied', how: 'modified', version: read.version })
      return true
    }
    if (!(error instanceof DirectoryFailure) || !isRefusal(error)) throw error
`,
    caughtBy: [machine],
  },
  {
    name: 'the sweep wakes no lane',
    file: 'domain/store/wake-lanes.ts',
    find: 'return due.map((row) => row.lane)',
    replace: 'return due.map((row) => row.lane).slice(due.length)',
    caughtBy: ['tests/worker/sweep.test.ts'],
  },
  {
    name: 'a wake that was lost is never won again',
    file: 'domain/store/wake-lanes.ts',
    find: 'and (wake_at is null or wake_at < now() - make_interval(secs => :wakeExpiresS))',
    replace: 'and (wake_at is null or :wakeExpiresS < 0)',
    caughtBy: [chaos],
  },
  {
    name: 'a newer word that waits does not take the place of the one put back',
    file: 'domain/store/record-outcomes.ts',
    find: "and w.list_id = change.list_id and w.member_id = change.member_id and w.state in ('queued', 'awaiting_approval')",
    replace: 'and w.id is null',
    caughtBy: [machine],
  },
  {
    name: 'the mirror takes a read that is older than what it has',
    file: 'domain/store/mirror-lists.ts',
    find: 'if (!row.writtenSince) return false',
    replace: 'return false',
    caughtBy: [machine],
  },
  {
    name: 'the mirror is written while a worker has the list',
    file: 'domain/store/mirror-lists.ts',
    find: 'if (row.leased) return true',
    replace: '',
    caughtBy: [machine, 'tests/worker/full-read.test.ts'],
  },
  {
    name: 'the mirror follows our own change from whatever it had',
    file: 'domain/store/record-outcomes.ts',
    find: 'version = case when step.to is not null and version is not distinct from step.from then step.to else version end',
    replace: 'version = case when step.to is not null then step.to else version end',
    caughtBy: [machine],
  },
  {
    name: 'two deliverers take the same message',
    file: 'domain/store/outbox.ts',
    find: 'due_at = now() + make_interval(secs => :claimS)\n',
    replace: 'due_at = now() + make_interval(secs => :claimS * 0)\n',
    caughtBy: ['tests/chaos/one-deliverer.test.ts'],
  },
  {
    name: 'what a listing left out is gone, without a look by id',
    file: 'worker/sync/read-lists-into-mirror.ts',
    find: 'if (read === null || !isOurs(context, read.list)) gone.push(list.id)',
    replace: 'if (read !== undefined) gone.push(list.id)',
    caughtBy: ['tests/worker/full-read.test.ts'],
  },
  {
    name: 'a paused target never takes changes again',
    file: 'worker/targets/probe-target.ts',
    find: "if ('resumed' in met) {",
    replace: "if ('resumed' in met) return\n  if ('resumed' in met) {",
    caughtBy: ['tests/worker/targets.test.ts'],
  },
  {
    name: 'the removal limit is not looked at in the lease',
    file: 'worker/apply/beyond-limit.ts',
    find: 'tooMany < waitable.length &&',
    replace: 'tooMany < 0 &&',
    caughtBy: ['tests/worker/apply-failures.test.ts'],
  },
  {
    name: 'a cookie is stored before the data that it stands for',
    file: 'worker/sync/follow-feed.ts',
    find: '        await intake[base](await withAbsent(context, base, work))\n',
    replace: `        cookies[base] = work.cookie ?? cookies[base]
        await keepCookies()
        await intake[base](await withAbsent(context, base, work))
`,
    caughtBy: ['tests/worker/follow-directory.test.ts'],
  },
]
