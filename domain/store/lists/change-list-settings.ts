import type { ListSettings, ListState } from '../../contracts/list.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { listNameTaken, requireNameLeft } from './create-list.ts'
import { rows, type Transaction } from '../database.ts'
import { endOpenChanges } from '../changes/end-open-changes.ts'
import { isNameTaken } from './is-name-taken.ts'
import { listNotFound } from './lock-list.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type SettingsChange = {
  listName: string
  settings: ListSettings
  /** Admins also find what is not managed, to take it back. */
  isAdmin: boolean
  /** Whether the directory's class of lists has a description; where it has none, ours is the only one. */
  holdsDescription: boolean
  /** Who changes them. */
  memberId: string
  via: 'discord' | 'web' | 'api'
} & Origin

type Found = { id: string; name: string; state: ListState; managed: boolean }

/**
 * Sets what is ours about a list, and has a worker write what is the directory's: a new name or description is shown at once. Requests
 * that wait for approval still wait for it, whatever the list has become. Gives the name that it has then.
 * @throws {Refusal} NOT_FOUND (LIST_NOT_FOUND), CONFLICT (LIST_NAME_TAKEN, LIST_CREATING, LIST_DELETING), VALIDATION_ERROR
 *   (UNMANAGED_ALONE).
 */
export async function changeListSettings(tx: Transaction, change: SettingsChange): Promise<string> {
  const { settings } = change
  const list = await lockFound(tx, change)
  requireChangeable(list, settings)
  const details = {
    ...(await writeOwn(tx, list, settings)),
    ...(await writeManaged(tx, list, change)),
    ...(await writeEntry(tx, list, change)),
  }
  if (Object.keys(details).length > 0)
    await writeAudit(tx, [
      {
        actorKind: 'member',
        actorId: change.memberId,
        event: 'list.changed',
        subjectKind: 'list',
        subjectId: list.id,
        via: change.via,
        outcome: 'changed',
        details,
        ...originIn(change),
      },
    ])
  return settings.name ?? list.name
}

async function lockFound(tx: Transaction, { listName, settings, isAdmin }: SettingsChange): Promise<Found> {
  const [list] = await rows<Found>(tx, settings.managed === false ? lockAlone : lockForSettings, {
    listName,
    takesBack: isAdmin && settings.managed === true,
  })
  if (!list) throw listNotFound(listName)
  return list
}

const listOfName = `select id, name, state, managed from list
  where lower(name) = lower(:listName) and state <> 'gone' and (managed or :takesBack)`

/** Requests about the list go on meanwhile. */
const lockForSettings = `${listOfName} for no key update`
/** Nothing that was asked for a moment ago may be left waiting for a list that is not ours any more. */
const lockAlone = `${listOfName} for update`

function requireChangeable({ name, state }: Found, settings: ListSettings): void {
  const details = { list: name }
  const inEntry = settings.name !== undefined || settings.description !== undefined
  if (state === 'deleting')
    throw new Refusal('CONFLICT', `The list ${name} is being deleted.`, { reason: 'LIST_DELETING', details })
  if (state === 'creating' && (inEntry || settings.managed === false))
    throw new Refusal('CONFLICT', `The list ${name} is still being made. Try again once it is there.`, {
      reason: 'LIST_CREATING',
      details,
    })
  if (settings.managed === false && inEntry)
    throw new Refusal(
      'VALIDATION_ERROR',
      'A list that is not managed here is not renamed or described from here: ask for one of both.',
      { reason: 'UNMANAGED_ALONE' },
    )
}

/** Gives what changed of join, hidden and drift, as the audit tells it. */
async function writeOwn(
  tx: Transaction,
  { id }: Found,
  { join, hidden, drift }: ListSettings,
): Promise<Record<string, string | boolean>> {
  const [changed] = await rows(
    tx,
    `with wanted as (
       select coalesce(:join, join_policy) as join_policy, coalesce(:hidden, hidden) as hidden, coalesce(:drift, drift) as drift
       from list where id = :id)
     update list set join_policy = w.join_policy, hidden = w.hidden, drift = w.drift
     from wanted w
     where list.id = :id and (list.join_policy, list.hidden, list.drift) is distinct from (w.join_policy, w.hidden, w.drift)
     returning list.id`,
    { id, join: join ?? null, hidden: hidden ?? null, drift: drift ?? null },
  )
  if (!changed) return {}
  return {
    ...(join === undefined ? {} : { join }),
    ...(hidden === undefined ? {} : { hidden }),
    ...(drift === undefined ? {} : { drift }),
  }
}

/** The audit tells that it was renamed or described, not the words. */
async function writeEntry(
  tx: Transaction,
  { id, name: oldName }: Found,
  { settings, holdsDescription }: SettingsChange,
): Promise<Record<string, boolean>> {
  const { name = null, description = null } = settings
  if (name === null && description === null) return {}
  const bindings = { id, name, description, toEntry: holdsDescription }
  const [changed] = await rows<{ described: boolean; lane: number }>(tx, entryStatement, bindings).catch(
    (cause: unknown) => {
      if (isNameTaken(cause)) throw listNameTaken(name ?? oldName)
      throw cause
    },
  )
  if (!changed) return {}
  if (name !== null) await requireNameLeft(tx, { listId: id, name })
  await rows(tx, `select pg_notify('change_queued', :lane::text)`, { lane: String(changed.lane) })
  return {
    ...(name === null || name === oldName ? {} : { renamed: true }),
    ...(changed.described ? { described: true } : {}),
  }
}

const entryStatement = `
  with before as (
    select id, name, description, coalesce(:name, name) as new_name, coalesce(:description, description) as new_description
    from list where id = :id)
  update list set name = b.new_name, display_name = case when list.name = b.new_name then list.display_name else b.new_name end,
    description = b.new_description,
    former_names = case when list.name = b.new_name then list.former_names
      else array(select distinct unnest(list.former_names || lower(list.name))) end,
    wanted_name = case when list.name = b.new_name then list.wanted_name else b.new_name end,
    wanted_description = case when :toEntry and list.description <> b.new_description then b.new_description
      else list.wanted_description end,
    entry_due_at = case when list.name <> b.new_name or (:toEntry and list.description <> b.new_description) then now()
      else list.entry_due_at end,
    entry_attempts = 0, entry_refusals = 0, entry_problem = null, updated_at = now()
  from before b
  where list.id = b.id and (list.name, list.description) is distinct from (b.new_name, b.new_description)
  returning b.description <> b.new_description as described, list.lane`

/**
 * What is not managed here is left alone from now on: nobody sees it, nothing of ours goes to its entry, and what waits for it is
 * cancelled. Its row stays, and with it what is ours about it, until an admin takes it back. The next read brings it up to date.
 */
async function writeManaged(
  tx: Transaction,
  { id }: Found,
  { settings: { managed }, memberId, via, ...change }: SettingsChange,
): Promise<Record<string, boolean>> {
  if (managed === undefined) return {}
  const [changed] = await rows(
    tx,
    `update list set managed = :managed, entry_due_at = null, wanted_name = null, wanted_description = null, version = null,
       updated_at = now()
     where id = :id and managed <> :managed returning id`,
    { id, managed },
  )
  if (!changed) return {}
  if (!managed)
    await endOpenChanges(tx, [id], {
      as: 'cancelled',
      code: 'LIST_UNMANAGED',
      message: 'The list is not managed here any more, so nothing was changed.',
      by: { actorKind: 'member', actorId: memberId, via, ...originIn(change) },
    })
  return { managed }
}
