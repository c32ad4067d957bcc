import type { ChangeAction } from '../contracts/change.ts'
import type { ListClass, MemberValues } from '../contracts/directory.ts'

/** Whom a change is about, as the directory shows them now; `dn` is null when they are not in it (any more). */
export type Person = { dn: string | null; dnKey: string; uid: string; mails: readonly string[] }

export type PlannedChange = { id: string; action: ChangeAction; person: Person; sharesAddress: boolean }

export type Reason = { code: string; message: string }

/** `found`: it is so already; `failed`: it can't be done, and why. Everything else takes part in the modify. */
export type Plan = {
  add: string[]
  remove: string[]
  outcomes: Map<string, { kind: 'found' } | { kind: 'modified' } | { kind: 'failed'; reason: Reason }>
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
    const held = keys.filter((key) => list.members.has(key))
    if (change.action === 'unsubscribe') {
      plan.remove.push(...held.flatMap((key) => list.members.get(key) ?? []))
      plan.outcomes.set(change.id, { kind: held.length > 0 ? 'modified' : 'found' })
      continue
    }
    const reason = obstacle(change, list.listClass)
    if (reason) plan.outcomes.set(change.id, { kind: 'failed', reason })
    else if (held.length > 0) plan.outcomes.set(change.id, { kind: 'found' })
    else {
      plan.add.push(valueOf(change.person, list.listClass))
      plan.outcomes.set(change.id, { kind: 'modified' })
    }
  }
  if (list.placeholder !== null && leavesEmpty(plan, list.members)) plan.add.push(list.placeholder)
  return plan
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

function obstacle(change: PlannedChange, listClass: ListClass): Reason | null {
  const { person } = change
  if (person.dn === null)
    return {
      code: 'MEMBER_GONE',
      message: `${person.uid} is no longer in the directory, so nothing was changed.`,
    }
  if (listClass !== 'nisMailAlias') return null
  const address = person.mails[0]
  if (address === undefined)
    return {
      code: 'NO_ADDRESS',
      message: `The directory has no mail address for ${person.uid}. Please ask an admin to add one, then try again.`,
    }
  if (!/^[\x21-\x7e]+$/.test(address))
    return {
      code: 'ADDRESS_NOT_ASCII',
      message: `The list can't hold the address of ${person.uid}: it has characters outside ASCII. Please ask an admin for another one.`,
    }
  if (change.sharesAddress)
    return {
      code: 'ADDRESS_SHARED',
      message: `The address of ${person.uid} belongs to somebody else too, so the list can't tell you apart. Please ask an admin to mend that.`,
    }
  return null
}

function leavesEmpty(plan: Plan, members: MemberValues): boolean {
  return plan.add.length === 0 && plan.remove.length > 0 && plan.remove.length >= members.size
}
