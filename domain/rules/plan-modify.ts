import type { ChangeAction } from '../contracts/change.ts'
import type { ListClass, MemberValues } from '../contracts/directory.ts'

/** Whom a change is about, as the directory shows them now; `dn` is null when they are not in it (any more). */
export type Person = { dn: string | null; dnKey: string; uid: string; mails: readonly string[] }

export type PlannedChange = {
  id: string
  action: ChangeAction
  person: Person
  /** Of the keys by which lists know them, addresses or a user name, those that are somebody else's too. */
  sharedKeys: ReadonlySet<string>
  /** They are gone, and somebody else has their name by now: what a list has under it is no longer theirs. */
  hasNamesake?: boolean
  /** The request that it came with, for the log. */
  requestId?: string | null
}

export type Reason = { code: string; message: string }

/** `modified` names what this one change adds and removes, its own part of the whole. */
export type PlannedOutcome =
  | { kind: 'found' }
  | { kind: 'modified'; add: string[]; remove: string[] }
  | { kind: 'failed'; reason: Reason }

/** `found`: it is so already; `failed`: it can't be done, and why. `add` and `remove` are the whole modify, with the placeholder where it needs one. */
export type Plan = {
  add: string[]
  remove: string[]
  outcomes: Map<string, PlannedOutcome>
}

/**
 * Works out what one modify must add and remove so that every change is true, from the list as it was just read:
 * values that belong to nobody concerned stay, whoever they are.
 */
export function planModify(
  changes: readonly PlannedChange[],
  list: {
    listClass: ListClass
    members: MemberValues
    keyOf: (value: string) => string
    placeholder: string | null
  },
): Plan {
  const plan: Plan = { add: [], remove: [], outcomes: new Map() }
  for (const change of changes) {
    const keys = keysOf(change.person, list.listClass, list.keyOf)
    const held = change.hasNamesake === true ? [] : keys.filter((key) => list.members.has(key))
    const reason = obstacle(change, list.listClass, held.length > 0 ? held : keysToCome(change, list))
    if (reason) plan.outcomes.set(change.id, { kind: 'failed', reason })
    else if ((change.action === 'subscribe') === held.length > 0)
      plan.outcomes.set(change.id, { kind: 'found' })
    else {
      const add = change.action === 'subscribe' ? [valueOf(change.person, list.listClass)] : []
      const remove = held.flatMap((key) => list.members.get(key) ?? [])
      plan.add.push(...add)
      plan.remove.push(...remove)
      plan.outcomes.set(change.id, { kind: 'modified', add, remove })
    }
  }
  if (list.placeholder !== null && leavesEmpty(plan, list.members))
    keepOne(plan, list.placeholder, list.keyOf)
  return plan
}

/** Where the placeholder is a person who is to leave with the last ones, they stay as what nobody sees. */
function keepOne(plan: Plan, placeholder: string, keyOf: (value: string) => string): void {
  const key = keyOf(placeholder)
  const isKept = (value: string) => keyOf(value) === key
  if (!plan.remove.some(isKept)) return void plan.add.push(placeholder)
  plan.remove = plan.remove.filter((value) => !isKept(value))
  for (const [id, outcome] of plan.outcomes)
    if (outcome.kind === 'modified' && outcome.remove.some(isKept)) plan.outcomes.set(id, { kind: 'found' })
}

/** The comparable keys under which a person may stand in a list: any of their addresses counts in a mail alias. */
export function keysOf(person: Person, listClass: ListClass, keyOf: (value: string) => string): string[] {
  switch (listClass) {
    case 'groupOfUniqueNames':
    case 'groupOfNames':
      return [person.dnKey]
    case 'posixGroup':
      return [keyOf(person.uid)]
    case 'nisMailAlias':
      return person.mails.map(keyOf)
  }
}

function valueOf(person: Person, listClass: ListClass): string {
  switch (listClass) {
    case 'groupOfUniqueNames':
    case 'groupOfNames':
      return person.dn ?? ''
    case 'posixGroup':
      return person.uid
    case 'nisMailAlias':
      return person.mails[0] ?? ''
  }
}

/** By which the list is to hold them, where they are put on it. */
const keysToCome = (
  { action, person }: PlannedChange,
  { listClass, keyOf }: { listClass: ListClass; keyOf: (value: string) => string },
): string[] => (action === 'subscribe' ? [keyOf(valueOf(person, listClass))] : [])

/** `keys`: by which the list holds them, or is to. Those that it doesn't hold are no matter to it, whoever shares them. */
function obstacle(
  { action, person, sharedKeys }: PlannedChange,
  listClass: ListClass,
  keys: readonly string[],
): Reason | null {
  const named = person.uid
  if (keys.some((key) => sharedKeys.has(key))) return indistinct(named, listClass)
  // Whoever is on it may be taken off, also when they are gone or have no address any more.
  if (action === 'unsubscribe') return null
  if (person.dn === null)
    return { code: 'MEMBER_GONE', message: `${named} is no longer in the directory, so nothing was changed.` }
  if (listClass !== 'nisMailAlias') return null
  const address = person.mails[0]
  if (address === undefined)
    return {
      code: 'NO_ADDRESS',
      message: `The directory has no mail address for ${named}. Please ask an admin to add one, then try again.`,
    }
  // rfc822MailMember is an IA5 string (RFC 4517, section 3.3.15): the server would answer 21.
  if (!/^[\x21-\x7e]+$/.test(address))
    return {
      code: 'ADDRESS_NOT_ASCII',
      message: `The list can't hold the address of ${named}: it has characters outside ASCII. Please ask an admin for another one.`,
    }
  return null
}

const indistinct = (named: string, listClass: ListClass): Reason =>
  listClass === 'posixGroup'
    ? {
        code: 'USERNAME_SHARED',
        message: `${named} is the user name of somebody else too, so the list can't tell you apart. Please ask an admin to mend that.`,
      }
    : {
        code: 'ADDRESS_SHARED',
        message: `An address of ${named} belongs to somebody else too, so the list can't tell you apart. Please ask an admin to mend that.`,
      }

function leavesEmpty(plan: Plan, members: MemberValues): boolean {
  return plan.add.length === 0 && plan.remove.length > 0 && plan.remove.length >= members.size
}

/**
 * From so many values on, added and removed together, a list of so many members is written anew in one replace: on slapd each value
 * of a delta costs about as much as writing 0.4 % of the list, and a replace the whole list once (docs/latency.md).
 */
const replaceFrom = { values: 250, members: 5000 }

/** Whether one replace of all values costs less than adding and removing some. */
export const isReplaceCheaper = ({ add, remove }: Pick<Plan, 'add' | 'remove'>, members: number): boolean =>
  members >= replaceFrom.members && add.length + remove.length >= replaceFrom.values

/** All values that the list holds once the plan is carried out, whoever they belong to, in the server's spelling. */
export function valuesAfter(
  { add, remove }: Pick<Plan, 'add' | 'remove'>,
  members: MemberValues,
  keyOf: (value: string) => string,
): string[] {
  const after = new Map(members)
  for (const value of remove) after.delete(keyOf(value))
  for (const value of add) after.set(keyOf(value), value)
  return [...after.values()]
}
