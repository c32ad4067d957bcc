/** One small thing taken away: `find` stands exactly once in `file`. Without it the test named in `caughtBy` fails. */
export type Sabotage = {
  name: string
  file: string
  find: string
  replace: string
  caughtBy: CaughtBy
}

/** `test`: the end of its full name, as a test runner says it. */
export type CaughtBy = { file: string; test: string }

const machine = (test = 'whatever happens in whatever order, it ends as a simple model says'): CaughtBy => ({
  file: 'tests/domain/change-machine.test.ts',
  test,
})
const faults = (test: string): CaughtBy => ({ file: 'tests/worker/apply/apply-faults.test.ts', test })
const connection = (test: string): CaughtBy => ({ file: 'tests/adapters/ldap/connection.test.ts', test })
const failures = (test: string): CaughtBy => ({ file: 'tests/worker/apply/apply-failures.test.ts', test })
const untold = (test: string): CaughtBy => ({ file: 'tests/worker/apply/untold-failures.test.ts', test })
const recorded = (test: string): CaughtBy => ({
  file: 'tests/domain/store/apply/record-outcomes.test.ts',
  test,
})
const pairs = (test: string): CaughtBy => ({ file: 'tests/domain/store/changes/lock-pairs.test.ts', test })

const lost = (test: string): CaughtBy => ({ file: 'tests/adapters/jobs/stuck-driver.test.ts', test })
const early: CaughtBy = {
  file: 'tests/worker/requests/requests.test.ts',
  test: 'a look that began before somebody asked neither takes them out of the message nor ends it',
}

export const sabotages: readonly Sabotage[] = [
  // Leases
  {
    name: 'who lost the lease records nevertheless',
    file: 'domain/store/apply/record-outcomes.ts',
    find: 'where id = :id and lease_token = :leaseToken and lease_until > now() for update',
    replace: 'where id = :id and :leaseToken::uuid is not null for update',
    caughtBy: machine('who lost the lease between reading and recording records nothing'),
  },
  {
    name: 'the lease is not confirmed before the modify',
    file: 'worker/apply/hold-lease.ts',
    find: ')) throw new LeaseLost()',
    replace: ')) return',
    caughtBy: machine('who lost the lease between reading and writing writes nothing'),
  },
  {
    name: 'a lease is not renewed while it is held',
    file: 'worker/apply/hold-lease.ts',
    find: 'context.leaseMs / 3)',
    replace: 'context.leaseMs * 1000)',
    caughtBy: {
      file: 'tests/chaos/leases.test.ts',
      test: 'a list that takes longer to read than a lease lasts is read once, and its change applied',
    },
  },
  {
    name: 'a list that a worker has in hand is leased again',
    file: 'domain/store/apply/due-list.ts',
    find: 'l.lease_until is null or l.lease_until < now()',
    replace: 'l.lease_until is null or l.lease_until <> now()',
    caughtBy: {
      file: 'tests/chaos/leases.test.ts',
      test: 'a list that a worker has in hand is not leased again',
    },
  },
  {
    name: 'what an expired lease left in hand is not taken up',
    file: 'domain/store/apply/take-in-hand.ts',
    find: "where c.list_id = ${listId} and (c.state = 'applying' or (",
    replace: 'where c.list_id = ${listId} and (false or (',
    caughtBy: {
      file: 'tests/domain/store/apply/lease-list.test.ts',
      test: 'takes a list with its due changes in hand, in their order, and what an expired lease left, too',
    },
  },
  {
    name: 'a second word overtakes the first one in hand',
    file: 'domain/store/apply/take-in-hand.ts',
    find: 'and c.member_id not in (select a.member_id from change a where',
    replace: 'and c.member_id not in (select a.member_id from change a where false and',
    caughtBy: {
      file: 'tests/domain/store/apply/lease-list.test.ts',
      test: 'keeps a second word behind the first one while that is in hand',
    },
  },
  {
    name: 'a list is kept in hand although something else about it is to be seen to first',
    file: 'domain/store/apply/record-outcomes.ts',
    find: '(t.paused_at is not null or l.entry_due_at <= now() or l.sync_wants_until > now())',
    replace: '(t.paused_at is not null and l.lane < 0)',
    caughtBy: recorded('waits where '),
  },
  {
    name: 'what may be under way to the directory is forgotten when a lease is renewed',
    file: 'domain/store/apply/lease-list.ts',
    find: 'coalesce(:asserting, asserting_version)',
    replace: ':asserting',
    caughtBy: recorded('what may be under way to the directory is not forgotten because a lease is renewed'),
  },
  // What the directory is asked, and what its answer means
  {
    name: 'a modify asserts no version',
    file: 'adapters/ldap/write/modify-members.ts',
    find: 'can.assertion && version ?',
    replace: 'can.assertion && version === "" ?',
    caughtBy: faults('reads again when another tool changes the list between our read and our modify'),
  },
  {
    name: 'what gives a list its name or description asserts no version',
    file: 'adapters/ldap/write/write-lists.ts',
    find: 'const controls = await guards(session, version, postRead)',
    replace: 'const controls = await guards(session, null, postRead)',
    caughtBy: { file: 'tests/worker/apply/list-entries.test.ts', test: 'keeps its newer ' },
  },
  {
    name: 'no connection means that the directory has refused',
    file: 'adapters/ldap/failure.ts',
    find: "sent ? 'unknown-outcome' : 'transient',",
    replace: "'permanent',",
    caughtBy: {
      file: 'tests/adapters/ldap/failure.test.ts',
      test: 'takes no answer at all for an unknown outcome',
    },
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
    caughtBy: failures('finds out by a read whether a modify without an answer was made'),
  },
  {
    name: 'what may still be under way is not fenced off before something is called found',
    file: 'worker/apply/apply-batch.ts',
    find: 'asserting !== null && canFence &&',
    replace: 'asserting !== null && !canFence &&',
    caughtBy: machine('a modify that comes late undoes nothing that was found since'),
  },
  {
    name: 'what was to fence it off counts although it never arrived',
    file: 'worker/apply/apply-batch.ts',
    find: `canFence = await fence(context, { read, lease, progress })
        if (canFence) continue`,
    replace: `canFence = false
        if (await fence(context, { read, lease, progress })) continue`,
    caughtBy: machine(
      'a modify that comes late undoes nothing either where what was to keep it out never arrived',
    ),
  },
  {
    name: 'a list that another tool changed meanwhile is not read again at once',
    file: 'worker/apply/apply-batch.ts',
    find: "if (failure?.kind === 'recompute' && reads < mostReads) {",
    replace: "if (failure?.kind === 'recompute' && reads > mostReads) {",
    caughtBy: {
      file: 'tests/chaos/read-again.test.ts',
      test: 'where another tool was first it is decided anew at once, and that is no attempt that failed',
    },
  },
  {
    name: 'a list is not read again at once after a modify without an answer',
    file: 'worker/apply/apply-batch.ts',
    find: "trouble.own && last?.kind !== 'unknown-outcome'",
    replace: "trouble.own && last?.kind === 'unknown-outcome'",
    caughtBy: failures('finds out by a read whether a modify without an answer was made'),
  },
  {
    name: 'what failed for a moment is not tried again',
    file: 'domain/store/apply/record-outcomes.ts',
    find: 'make_interval(secs => r.in_s)',
    replace: 'make_interval(secs => r.in_s + 86400)',
    caughtBy: failures('tries again when the server is busy, each time somewhat later'),
  },
  {
    name: 'a paused target is written to nevertheless',
    file: 'domain/store/apply/due-list.ts',
    find: 't.name = l.source and t.paused_at is not null)',
    replace: 't.name = l.source and t.paused_at > now())',
    caughtBy: {
      file: 'tests/chaos/leases.test.ts',
      test: 'a list of a paused target is not leased until that takes changes again',
    },
  },
  {
    name: 'a paused target never takes changes again',
    file: 'worker/targets/probe-target.ts',
    find: 'await resumeTarget(',
    replace: 'if (met === null) await resumeTarget(',
    caughtBy: {
      file: 'tests/worker/apply/targets.test.ts',
      test: 'writes nothing while the directory refuses us, alerts once, and resumes by itself',
    },
  },
  {
    name: 'what a trial leased without hearing of it is not given back',
    file: 'worker/targets/probe-target.ts',
    find: '      await giveBackWhatIsLeft(context, token, error)\n',
    replace: '',
    caughtBy: {
      file: 'tests/worker/apply/trial-lease.test.ts',
      test: 'a list that was leased on trial is given back where the answer to that was lost',
    },
  },
  // The connection to the directory
  {
    name: 'any number of operations are under way at once',
    file: 'adapters/ldap/connection/connection.ts',
    find: 'if (inFlight >= maxInFlight) await',
    replace: 'if (inFlight >= maxInFlight * 1000) await',
    caughtBy: connection('has sixteen operations on the way at most, also after some that failed'),
  },
  {
    name: 'everybody who asks at once connects and binds for themselves',
    file: 'adapters/ldap/connection/connection.ts',
    find: '(current ??= open(config))',
    replace: '(current = open(config))',
    caughtBy: connection('connects and binds once for all who ask at once, at first and after a break'),
  },
  {
    name: 'a connection on which something failed without an answer is used on',
    file: 'adapters/ldap/connection/connection.ts',
    find: 'if (brokeConnection(failure) && !wantsMore) forget(client)',
    replace: 'if (brokeConnection(failure) && wantsMore) forget(client)',
    caughtBy: connection(
      'throws a connection away on which something failed that the server did not explain',
    ),
  },
  // Words
  {
    name: 'two words about one pair at once do not wait for each other',
    file: 'domain/store/changes/lock-pairs.ts',
    find: 'select pg_advisory_xact_lock(hashtextextended(pair, 0))',
    replace: 'select hashtextextended(pair, 0)',
    caughtBy: {
      file: 'tests/chaos/one-word.test.ts',
      test: 'while one word about a pair is taken in, the next one about it waits, and is the same wish',
    },
  },
  {
    name: 'a word that waited for its turn is dated by when it began',
    file: 'domain/store/changes/write-changes.ts',
    find: ':retryOf, clock_timestamp()',
    replace: ':retryOf, now()',
    caughtBy: pairs('of two words at once the one that waited for its turn is the later one, whoever began'),
  },
  {
    name: 'who reverts an edit of many has the list before the words about them',
    file: 'domain/store/mirror/revert-drift.ts',
    find: 'await lockPairs(tx, pairs, takesOff)',
    replace: 'await lockPairs(tx, pairs.slice(0, 1), takesOff)',
    caughtBy: pairs('a revert of many and a word about one of them, said at the same time, both go through'),
  },
  {
    name: 'who tries many changes again has the list before the words about them',
    file: 'domain/store/changes/retry-change.ts',
    find: 'await lockPairs(tx, pairs, takesOff)',
    replace: 'await lockPairs(tx, pairs.slice(0, 1), takesOff)',
    caughtBy: pairs('a retry of many and a word about one of them, said at the same time, both go through'),
  },
  {
    name: 'twins of one Idempotency-Key do not wait for each other',
    file: 'domain/store/idempotency.ts',
    find: 'values (:scope, :key, :bodyHash)',
    replace: 'values (:scope || gen_random_uuid(), :key, :bodyHash)',
    caughtBy: {
      file: 'tests/api/idempotency.test.ts',
      test: 'twins at once make one change and get one answer',
    },
  },
  {
    name: 'a key that was answered is answered anew',
    file: 'domain/store/idempotency.ts',
    find: "where kept.created_at < now() - interval '24 hours'",
    replace: 'where kept.created_at <= now()',
    caughtBy: {
      file: 'tests/api/idempotency.test.ts',
      test: 'the same request again gets the same answer, even after things have moved on',
    },
  },
  {
    name: 'a newer word that waits does not take the place of the one put back',
    file: 'domain/store/apply/record-outcomes.ts',
    find: 'w.member_id = change.member_id and w.state in (',
    replace: 'w.member_id is null and w.state in (',
    caughtBy: machine(),
  },
  {
    name: 'what may be under way to the directory is taken back',
    file: 'domain/store/changes/cancel-change.ts',
    find: 'before.maybeSent === true',
    replace: 'before.id === null',
    caughtBy: machine('what may be under way is not taken back'),
  },
  {
    name: 'what a worker is just taking in hand is taken back',
    file: 'domain/store/changes/cancel-change.ts',
    find: 'from change where id = :changeId for update',
    replace: 'from change where id = :changeId',
    caughtBy: {
      file: 'tests/domain/store/apply/lease-list.test.ts',
      test: 'keeps a change that is being taken in hand this very moment from being cancelled',
    },
  },
  // Wakes
  {
    name: 'the sweep wakes no lane',
    file: 'domain/store/apply/wake-lanes.ts',
    find: 'return due.map((row) => row.lane)',
    replace: 'return due.map((row) => row.lane).slice(due.length)',
    caughtBy: { file: 'tests/worker/jobs/sweep.test.ts', test: 'finds a change whose NOTIFY was lost' },
  },
  {
    name: 'a wake that was lost is never won again',
    file: 'domain/store/apply/wake-lanes.ts',
    find: 'wake_at < now() - make_interval(secs => :wakeExpiresS)',
    replace: ':wakeExpiresS < 0',
    caughtBy: {
      file: 'tests/chaos/lost-wake.test.ts',
      test: 'a wake that a worker won, and died before it was a job, is won again',
    },
  },
  {
    name: 'nobody looks at start for what was accepted before',
    file: 'worker/begin-work.ts',
    find: '    await endRests(context.db)\n    await sweep(context)\n',
    replace: '    await endRests(context.db)\n',
    caughtBy: {
      file: 'tests/chaos/looks.test.ts',
      test: 'a worker that starts finds what was accepted before, whatever its jobs do',
    },
  },
  {
    name: 'nobody looks for what was said while nobody listened',
    file: 'worker/begin-work.ts',
    find: "      run('sweeping', () => sweep(context))\n",
    replace: '',
    caughtBy: {
      file: 'tests/chaos/looks.test.ts',
      test: 'a worker that listens again finds what it did not hear, whatever its jobs do',
    },
  },
  {
    name: 'without a job store nobody sweeps',
    file: 'worker/begin-work.ts',
    find: 'if (await context.jobs.healthy()) return',
    replace: 'if ((await context.jobs.healthy()) || context.sweepIntervalS > 0) return',
    caughtBy: {
      file: 'tests/chaos/own-timer.test.ts',
      test: 'without a job store a worker sweeps by its own timer',
    },
  },
  {
    name: 'a client of the job store that is stuck is kept',
    file: 'adapters/jobs/renew-when-stuck.ts',
    find: 'else take(opened)',
    replace: 'else discard(opened)',
    caughtBy: lost('a look of the driver: the store is back all the same'),
  },
  {
    name: 'the job store has for ever for an answer',
    file: 'adapters/jobs/bounded-repository.ts',
    find: "withDeadline(asked, answersWithinMs, 'the job store')",
    replace: 'asked',
    caughtBy: lost('a question for the next job: the job is taken all the same'),
  },
  {
    name: 'what was written is not recorded once Postgres answers again',
    file: 'worker/until-store-answers.ts',
    find: 'if (!isStoreAway(error) || performance',
    replace: 'if (isStoreAway(error) || performance',
    caughtBy: {
      file: 'tests/worker/apply/lost-record.test.ts',
      test: 'what was written while Postgres went away is recorded as soon as it is back',
    },
  },
  // Places
  {
    name: 'two heavy lists are in hand at once',
    file: 'worker/apply/heavy-slot.ts',
    find: 'if (isTaken || (first()',
    replace: 'if ((first()',
    caughtBy: {
      file: 'tests/worker/apply/heavy-lists.test.ts',
      test: 'has a heavy list wait for its slot without a lease, and the others of its lane not at all',
    },
  },
  {
    name: 'a heavy list is leased without its place',
    file: 'worker/apply/drain-lane.ts',
    find: 'light: giveBack === null,',
    replace: 'light: false,',
    caughtBy: {
      file: 'tests/worker/apply/heavy-lists.test.ts',
      test: 'has a heavy list wait for its slot without a lease, and the others of its lane not at all',
    },
  },
  {
    name: 'the place of heavy lists goes to whoever asks, and not to who waits longest',
    file: 'worker/apply/heavy-slot.ts',
    find: '(first() ?? lane) !== lane',
    replace: '(first() ?? lane) < 0',
    caughtBy: {
      file: 'tests/worker/apply/heavy-lists.test.ts',
      test: 'gives the slot to the lane that waits longest, and to no lane that has gone',
    },
  },
  {
    name: 'many large batches are worked on at once',
    file: 'worker/apply/bulk-slot.ts',
    find: 'if (taken < mostAtOnce) taken += 1',
    replace: 'if (taken >= 0) taken += 1',
    caughtBy: {
      file: 'tests/worker/apply/bulk-slot.test.ts',
      test: 'lets one large batch be worked on, and small ones beside it',
    },
  },
  {
    name: 'a batch does not ask for its place',
    file: 'worker/apply/apply-list.ts',
    find: 'bulkSlot.take(changes.length)',
    replace: 'bulkSlot.take(changes.length - changes.length)',
    caughtBy: {
      file: 'tests/chaos/bulk.test.ts',
      test: 'a batch has its place while it is worked on, and gives it back',
    },
  },
  // The mirror
  {
    name: 'the mirror takes a read that is older than what it has',
    file: 'domain/store/mirror/mirror-lists.ts',
    find: 'if (!row.writtenSince) return false',
    replace: 'if (!row.leased) return false',
    caughtBy: { file: 'tests/chaos/mirror.test.ts', test: 'a read that comes late takes nothing back' },
  },
  {
    name: 'the mirror is written while a worker has the list',
    file: 'domain/store/mirror/mirror-lists.ts',
    find: 'if (row.leased) return true',
    replace: 'if (row.leased) return false',
    caughtBy: {
      file: 'tests/chaos/mirror.test.ts',
      test: 'a list that a worker has in hand is left alone, to be looked at again',
    },
  },
  {
    name: 'the mirror follows our own change from whatever it had',
    file: 'domain/store/apply/record-outcomes.ts',
    find: 'when step.to is not null and version is not distinct from step.from then',
    replace: 'when step.to is not null then',
    caughtBy: machine(),
  },
  {
    name: 'what was found done is no newer than a read that began before',
    file: 'domain/store/apply/record-outcomes.ts',
    find: 'when :applied or step.to is not null then now()',
    replace: 'when :applied and step.to is not null then now()',
    caughtBy: {
      file: 'tests/worker/apply/read-before-change.test.ts',
      test: 'a full read that began before a change whose modify lost its answer takes nothing of it back',
    },
  },
  {
    name: 'who is deleted does not wait for those who write memberships',
    file: 'domain/store/members/forget-member.ts',
    find: 'if (wasGone) await holdOffKeepers(tx)',
    replace: '',
    caughtBy: {
      file: 'tests/domain/store/mirror/mirror-lists.test.ts',
      test: 'who is to be deleted while a list is being written for long is told to try again, and holds nobody up',
    },
  },
  {
    name: 'two workers read the whole directory at once',
    file: 'domain/store/take-turn.ts',
    find: 'where turn.until < now()',
    replace: 'where turn.until is not null',
    caughtBy: { file: 'tests/worker/sync/full-read.test.ts', test: 'is done by one worker at a time' },
  },
  {
    name: 'a list that a listing left out is gone, without a look by id',
    file: 'worker/sync/read-lists-into-mirror.ts',
    find: 'if (read === null || !mayBeList(context, read.list)) gone.push(list.id)',
    replace: 'if (read !== undefined) gone.push(list.id)',
    caughtBy: { file: 'tests/chaos/left-out.test.ts', test: 'a list that a listing left out is still there' },
  },
  {
    name: 'somebody whom a listing left out is gone, without a look by id',
    file: 'worker/sync/read-people-into-mirror.ts',
    find: 'missing.filter((id) => !still.has(id))',
    replace: 'missing.filter((id) => still !== undefined || id)',
    caughtBy: {
      file: 'tests/worker/sync/full-read.test.ts',
      test: 'removes nobody whom a listing merely left out',
    },
  },
  {
    name: 'an empty answer means that everybody is gone',
    file: 'worker/sync/refuse-emptiness.ts',
    find: 'throw emptyBase(base)',
    replace: 'void emptyBase(base)',
    caughtBy: { file: 'tests/chaos/feed.test.ts', test: 'finds no list any more, and none is gone for that' },
  },
  // The live feed
  {
    name: 'two workers consume the feed at once',
    file: 'domain/store/mirror/feed-lock.ts',
    find: 'return rows[0]?.locked === true',
    replace: 'return rows.length === 1',
    caughtBy: {
      file: 'tests/worker/sync/follow-directory.test.ts',
      test: 'one of two workers follows; when its connection is gone the other one does',
    },
  },
  {
    name: 'a cookie is stored over that of another worker',
    file: 'domain/store/mirror/feed.ts',
    find: 'where base = :base and cookie is not distinct from :from::text returning',
    replace: 'where base = :base and (cookie is null or true or :from::text is null) returning',
    caughtBy: {
      file: 'tests/chaos/feed.test.ts',
      test: 'whoever finds another’s cookie in the place of their own stops, and leaves it there',
    },
  },
  {
    name: 'a directory that was restored from an older backup is followed from where the mirror was',
    file: 'worker/sync/follow-directory.ts',
    find: 'if (await wentBack(context))',
    replace: 'if (until.aborted)',
    caughtBy: {
      file: 'tests/worker/sync/put-back.test.ts',
      test: 'a directory that was restored from an older backup, and written to since, is read anew',
    },
  },
  {
    name: 'a cookie is stored before the data that it stands for',
    file: 'worker/sync/follow-feed.ts',
    find: 'await intake[base](await withAbsent(context, base, work))\n',
    replace: `cookies[base] = work.cookie ?? cookies[base]
          await keepCookies()
          await intake[base](await withAbsent(context, base, work))
`,
    caughtBy: {
      file: 'tests/chaos/feed.test.ts',
      test: 'a cookie is not stored while what it stands for can’t be looked at',
    },
  },
  {
    name: 'what a feed calls deleted is gone, without a look by id',
    file: 'worker/sync/take-in-lists.ts',
    find: 'const isGone = missing.has(id) && (await findIfList(context, id)) === null',
    replace: 'const isGone = missing.has(id)',
    caughtBy: {
      file: 'tests/worker/sync/follow-any-feed.test.ts',
      test: 'whatever a feed says in whatever order, nothing is lost that is still there',
    },
  },
  {
    name: 'a list whose edit by another tool waits to be looked at is taken in hand again and again',
    file: 'domain/store/apply/due-list.ts',
    find: 'coalesce(l.sync_wants_until < now(), true)',
    replace: '(l.sync_wants_until is null or true)',
    caughtBy: {
      file: 'tests/worker/sync/follow-directory.test.ts',
      test: 'a list that one worker after the other has in hand is looked at all the same',
    },
  },
  // Lists’ entries
  {
    name: 'a list is made, found or moved where the group that makes admins is',
    file: 'worker/apply/find-entry.ts',
    find: '=> mayBeList(context, { dn })',
    replace: "=> mayBeList(context, { dn }) || dn !== ''",
    caughtBy: {
      file: 'tests/worker/apply/list-entries-of-others.test.ts',
      test: 'does not become a list by its name: what waited to join it is refused, and admins are told',
    },
  },
  {
    name: 'whoever the mirror has on the group that makes admins is written there',
    file: 'worker/apply/read-as-planned.ts',
    find: '|| !mayBeList(context, read.list)',
    replace: '',
    caughtBy: { file: 'tests/worker/apply/list-entries-of-others.test.ts', test: 'gets no member' },
  },
  {
    name: 'what another tool has put in the place of a list that never came to be is deleted with it',
    file: 'worker/apply/find-entry.ts',
    find: 'found !== null && isMadeByUs(context, found) ? found.list : null',
    replace: 'found !== null && (isMadeByUs(context, found) || true) ? found.list : null',
    caughtBy: {
      file: 'tests/worker/apply/list-entries-of-others.test.ts',
      test: 'leaves an entry with somebody on it',
    },
  },
  {
    name: 'the entry of a list that is to be deleted is not noted before it is deleted',
    file: 'worker/apply/carry-out-entry.ts',
    find: 'list.entryUuid === null && !(await recordFound(db, list, entry))',
    replace: 'list.entryUuid === null && recordFound === null',
    caughtBy: {
      file: 'tests/worker/apply/list-entries.test.ts',
      test: 'does not come back by a read that began before and comes late',
    },
  },
  {
    name: 'the turn to number entries is not confirmed before one is added',
    file: 'worker/apply/create-entry.ts',
    find: 'if (!(await turn.keep())) throw new TurnLost()',
    replace: 'await turn.keep()',
    caughtBy: {
      file: 'tests/worker/apply/list-entries-numbers.test.ts',
      test: 'a worker that was frozen with a number in hand adds nothing in another’s turn',
    },
  },
  {
    name: 'nobody looks whether an entry’s number is its own',
    file: 'adapters/ldap/write/write-lists.ts',
    find: 'if (await isOnlyOne(session, gidNumber)) return made',
    replace: 'if ((await isOnlyOne(session, gidNumber)) || made) return made',
    caughtBy: {
      file: 'tests/worker/apply/list-entries-numbers.test.ts',
      test: 'a worker that was frozen right before it added an entry takes it back when another has its number',
    },
  },
  {
    name: 'nobody looks at the number of an entry whose maker was killed',
    file: 'worker/apply/create-entry.ts',
    find: 'if (await wasLeftUnseen(context, found)) {',
    replace: 'if ((await wasLeftUnseen(context, found)) && found === null) {',
    caughtBy: {
      file: 'tests/worker/apply/list-entries-numbers.test.ts',
      test: 'an entry whose maker was killed before it saw that another has its number is made anew',
    },
  },
  {
    name: 'an entry that nobody has looked at is believed by whoever reads it',
    file: 'domain/store/mirror/mirror-lists.ts',
    find: 'return awaited.deleting || !isHalfMade(read)',
    replace: 'return awaited.deleting || isHalfMade !== undefined',
    caughtBy: {
      file: 'tests/worker/apply/list-entries-numbers.test.ts',
      test: 'an entry that its dead maker did not look at is not believed by a reader before a worker has looked',
    },
  },
  // Who asks to join a list
  {
    name: 'who decides on requests does not wait for who has the list',
    file: 'domain/store/changes/waiting-requests.ts',
    find: `'select 1 from list where id = :listId for no key update'`,
    replace: `'select 1 from list where id = :listId'`,
    caughtBy: {
      file: 'tests/worker/requests/requests.test.ts',
      test: 'while somebody has the list, a decision waits before it takes any of the requests',
    },
  },
  {
    name: 'requests of which nobody heard are not looked for',
    file: 'worker/jobs/sweep.ts',
    find: 'tellOfRequests(context),',
    replace: 'tellOfRequests === undefined,',
    caughtBy: {
      file: 'tests/worker/requests/requests.test.ts',
      test: 'what was asked while nobody listened is found by a sweep',
    },
  },
  {
    name: 'two workers tell an owner of the same request',
    file: 'domain/store/changes/tell-owners.ts',
    find: 'for no key update of c skip locked',
    replace: '',
    caughtBy: {
      file: 'tests/worker/requests/tell-owners.test.ts',
      test: 'what another worker has in hand is left to it',
    },
  },
  {
    name: 'a look that began too early takes somebody out of the message that they have joined',
    file: 'domain/store/changes/waiting-requests.ts',
    find: ' && !found.leavesOut',
    replace: '',
    caughtBy: early,
  },
  {
    name: 'a look that began too early ends the message that somebody has joined',
    file: 'domain/store/changes/waiting-requests.ts',
    find: 'where i.id = any(:ids::uuid[]) and not exists (',
    replace: 'where i.id = any(:ids::uuid[]) or not exists (',
    caughtBy: early,
  },
  {
    name: 'whether trouble is over elsewhere is asked before others are kept from ending it',
    file: 'worker/watch/watch.ts',
    find: 'isFirst ? { ...alert, isNews: forgetIfOver } : alert',
    replace: 'isFirst && forgetIfOver === undefined ? { ...alert, isNews: forgetIfOver } : alert',
    caughtBy: {
      file: 'tests/worker/watch/watch.test.ts',
      test: 'what another worker ends in the moment in which this one tells of it does not begin anew',
    },
  },
  {
    name: 'what is over while Postgres is away is forgotten before that is on record',
    file: 'worker/watch/watch.ts',
    find: "if (view['postgres-away'] !== null) return",
    replace: "if (view['postgres-away'] !== null) return unended.clear()",
    caughtBy: {
      file: 'tests/worker/watch/watch.test.ts',
      test: 'what is over while Postgres is away is marked resolved once that is back',
    },
  },
  // The removal limit and holds
  {
    name: 'the removal limit is not looked at when a removal is accepted',
    file: 'domain/store/changes/request-changes.ts',
    find: 'one.held = isBeyondRemovalLimit(',
    replace: 'one.held = one.held && isBeyondRemovalLimit(',
    caughtBy: {
      file: 'tests/api/admin/admin-holds.test.ts',
      test: 'go to the workers up to the limit; what is beyond it waits for an admin, and says so',
    },
  },
  {
    name: 'removals from one list at once do not wait for each other',
    file: 'domain/store/changes/lock-pairs.ts',
    find: 'order by id for no key update',
    replace: 'order by id for key share',
    caughtBy: {
      file: 'tests/api/admin/admin-holds.test.ts',
      test: 'of many at once by several people no more than the limit gets through',
    },
  },
  {
    name: 'the removal limit is not looked at in the lease',
    file: 'worker/apply/beyond-limit.ts',
    find: 'if (!(await isTooFew(0))) return 0',
    replace: 'if (most >= 0) return 0',
    caughtBy: failures(
      'asks for an admin’s yes when too many would be taken off unasked, and goes on with the rest',
    ),
  },
  {
    name: 'what waits for lists that vanished with many is applied all the same',
    file: 'domain/store/apply/due-list.ts',
    find: "h.state = 'waiting'",
    replace: "h.state = 'nothing'",
    caughtBy: {
      file: 'tests/domain/store/holds/decide-hold.test.ts',
      test: 'waits for an admin, and no worker takes it up',
    },
  },
  // The outbox, alerts, the audit
  {
    name: 'two deliverers take the same message',
    file: 'domain/store/outbox/outgoing-mail.ts',
    find: 'due_at = now() + make_interval(secs => :claimS)',
    replace: 'due_at = now() + make_interval(secs => :claimS * 0)',
    caughtBy: {
      file: 'tests/chaos/one-deliverer.test.ts',
      test: 'two workers with a slow mail server send each mail once',
    },
  },
  {
    name: 'what a message is going to say is not noted before it is posted',
    file: 'worker/deliver/show-once.ts',
    find: 'if (!(await notePost(context.db, notices, print)))',
    replace: 'if (notices.length === 0)',
    caughtBy: {
      file: 'tests/worker/deliver/outbox-refusals.test.ts',
      test: 'a message in place of one that is gone is found after several failures, and not told again',
    },
  },
  {
    name: 'an edit that came late is not made anew',
    file: 'worker/deliver/tell-incident.ts',
    find: 'return tellAnew(tx, [notice.id])',
    replace: 'return',
    caughtBy: {
      file: 'tests/worker/apply/late-edit.test.ts',
      test: 'a late edit by a worker that lost the message takes nothing back: it says again how it is',
    },
  },
  {
    name: 'who could not tell straight away keeps the word that it was said',
    file: 'worker/deliver/say-straight.ts',
    find: '    await redis.delete(claimKey(alert.key))\n    throw error\n',
    replace: '    throw error\n',
    caughtBy: {
      file: 'tests/worker/deliver/straight-alerts.test.ts',
      test: 'what one worker could not say, another one says, which had left it to that one',
    },
  },
  {
    name: 'what was said without Postgres by a worker that is gone since is nobody’s',
    file: 'worker/watch/end-what-is-over.ts',
    find: 'await context.straight.takeOver()',
    replace: '[] as string[]',
    caughtBy: {
      file: 'tests/worker/watch/watch.test.ts',
      test: 'what a worker said without Postgres that is gone since, another one puts on record; the same message says the end',
    },
  },
  {
    name: 'who told of something counts as gone at once',
    file: 'worker/deliver/kept-alerts.ts',
    find: 'now - since >= goneAfterMs',
    replace: 'now >= since',
    caughtBy: {
      file: 'tests/worker/watch/kept-alerts.test.ts',
      test: 'is left behind once whoever said it has shown nothing for ten seconds, and not as long as they do',
    },
  },
  {
    name: 'a list gets the name that the entry of another one still has',
    file: 'domain/store/lists/create-list.ts',
    find: '  await requireNameLeft(tx, { listId: id, name })\n',
    replace: '',
    caughtBy: {
      file: 'tests/worker/sync/list-renames.test.ts',
      test: 'the name that a list gives up is nobody else’s before its entry is renamed',
    },
  },
  {
    name: 'a refused rename takes a deletion back',
    file: 'domain/store/apply/leased-entry.ts',
    find: "       ${keptIfWanted({ name: ':wantedName', description: ':wantedDescription' })}\n     where id = :id`,\n    {\n      id,",
    replace: '       ${settled}\n     where id = :id`,\n    {\n      id,',
    caughtBy: {
      file: 'tests/worker/sync/list-renames.test.ts',
      test: 'a rename that is refused takes back no deletion',
    },
  },
  {
    name: 'two sealers chain the audit at once',
    file: 'domain/store/audit/seal-audit.ts',
    find: 'if (!lock?.mine) return 0',
    replace: 'if (lock === undefined) return 0',
    caughtBy: {
      file: 'tests/chaos/one-sealer.test.ts',
      test: 'while one seals another one does nothing, and nothing is chained twice',
    },
  },
  {
    name: 'nobody looks for failed changes of which whoever recorded them did not tell',
    file: 'worker/jobs/sweep.ts',
    find: '    tellOfRefusals(context),\n',
    replace: '',
    caughtBy: untold('a change that the directory refused is told of although whoever recorded that never'),
  },
  {
    name: 'nobody looks for failed entries of lists of which whoever recorded them did not tell',
    file: 'worker/jobs/sweep.ts',
    find: '    tellOfFailedEntries(context),\n',
    replace: '',
    caughtBy: untold('an entry of a list of which a worker died before it told is told of once'),
  },
  {
    name: 'two tell of the same failed change',
    file: 'domain/store/apply/untold-refusals.ts',
    find: 'return told.length > 0',
    replace: 'return told.length >= 0',
    caughtBy: untold('changes of which a worker died before it told are told of once'),
  },
  {
    name: 'two tell of the same edit by another tool',
    file: 'domain/store/mirror/untold-drifts.ts',
    find: 'return told.length > 0',
    replace: 'return told.length >= 0',
    caughtBy: {
      file: 'tests/worker/sync/drift.test.ts',
      test: 'of several workers that look at once one tells of it',
    },
  },
  {
    name: 'who leaves while somebody looks was told before they left',
    file: 'domain/store/links/leaving.ts',
    find: 'greatest(now(), m.gone_at)',
    replace: 'now()',
    caughtBy: {
      file: 'tests/worker/links/unlink-gone.test.ts',
      test: 'who leaves while somebody looks is told once as well',
    },
  },
]
