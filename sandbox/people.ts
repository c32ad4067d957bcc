import type { ListClass } from '../domain/contracts/directory.ts'
import { hashPassword } from './servers/passwords.ts'

export type InventedPerson = { uid: string; cn: string; sn: string; mail: string[]; gidNumber: number }

export type InventedList = { name: string; description: string; members: string[] }

/** Ada is the guild's admin; Alice and Bob are the ordinary members of most stories. */
export const people: InventedPerson[] = invented(`
  ada       | Ada        | Byron            alice     | Alice      | Anderson
  bob       | Bob        | Brown            carol     | Carol      | Castillo
  dave      | Dave       | Dubois           erin      | Erin       | Eriksen
  frank     | Frank      | Fischer          grace     | Grace      | Okafor
  heidi     | Heidi      | Hofer            ivan      | Ivan       | Ilić
  judy      | Judy       | Jansen           kenji     | 健司       | 佐藤
  lena      | Lena       | Lindström        mallory   | Mallory    | Mercier
  niaj      | Niaj       | Rahman           olivia    | Olivia     | O'Connor
  peggy     | Peggy      | Petrov           quentin   | Quentin    | Quirós
  rupert    | Rupert     | Rossi            sybil     | Sybil      | Sánchez
  trent     | Trent      | Tanaka           ursula    | Ursula     | Ünal
  victor    | Victor     | Varga            wendy     | Wendy      | Wójcik
  xavier    | Xavier     | Xenakis          yara      | Yara       | Younis
  zoe       | Zoë        | Zimmermann       yating    | 雅婷       | 陳
  chiahao   | 家豪       | 林               shufen    | 淑芬       | 黃
  junjie    | 俊傑       | 張               meiling   | 美玲       | 李
  chihming  | 志明       | 王               chunchiao | 春嬌       | 吳
  yijun     | 怡君       | 劉               kuanyu    | 冠宇       | 蔡
  peishan   | 佩珊       | 楊               tzuhan    | 子涵       | 許
  anders    | Anders     | Åkesson          beatriz   | Beatriz    | Gonçalves
  cormac    | Cormac     | Ó Briain         dilek     | Dilek      | Şahin
  emeka     | Emeka      | Nwosu            fatima    | Fatima     | al-Zahra
  giorgos   | Γιώργος    | Παπαδόπουλος     hana      | Hana       | Nováková
  inaki     | Iñaki      | Etxeberria       jorge     | Jorge      | Muñoz
  katya     | Катя       | Иванова          leila     | Leila      | Haddad
  minh      | Minh       | Nguyễn           noor      | Noor       | Bakker
  oskar     | Oskar      | Kowalski         priya     | Priya      | Raman
  rosa      | Rosa       | de la Cruz       soren     | Søren      | Kjær
  tariq     | Tariq      | Aziz             uma       | Uma       | Krishnan
  veronica  | Verónica   | Vega             william   | William    | van der Berg
`)

export const lists: InventedList[] = [
  ['news', 'What the guild did this month'],
  ['announcements', 'Short and rare: what everybody should know'],
  ['events', 'Evenings, outings and the yearly feast'],
  ['chess', 'Tuesday games, all strengths'],
  ['choir', 'Rehearsals and concerts'],
  ['hiking', 'Tours at the weekend'],
  ['jobs', 'Who is looking for whom'],
  ['robotics', 'The workshop in the cellar'],
  ['photography', 'Walks, critique and the darkroom'],
  ['board-games', 'Friday evenings with dice and cards'],
  ['alumni', 'Those who moved away and still belong'],
  ['newcomers', 'Questions of the first weeks'],
].map(([name = '', description = ''], index) => ({ name, description, members: membersOfList(name, index) }))

export type SeedOptions = {
  listClass: ListClass
  suffix?: string
  /** The member that groups which may not be empty keep: the worker's bind DN. */
  placeholderDn?: string
}

/** The invented people, the twelve lists and the admins' group, for slapd's `seedLdif`. */
export function seedLdif(options: SeedOptions & { passwordOf: (uid: string) => string }): string {
  const { suffix = 'dc=example,dc=org', passwordOf } = options
  const place = { ...options, suffix, placeholderDn: options.placeholderDn ?? placeholder(suffix) }
  const persons = people.map((person, index) =>
    personEntry(person, index, suffix, hashPassword(passwordOf(person.uid))),
  )
  const byUid = new Map(people.map((person) => [person.uid, person]))
  const groups = lists.map(({ name, description, members }, index) => {
    const known = members.flatMap((uid) => byUid.get(uid) ?? [])
    return listEntry({ name, description, index, members: known }, place)
  })
  const admins = entry(`cn=guildpost-admins,ou=groups,${suffix}`, {
    objectClass: ['groupOfNames'],
    cn: ['guildpost-admins'],
    description: ['May administer guildpost'],
    member: [personDn('ada', suffix)],
  })
  return [...persons, ...groups, admins].join('\n')
}

export type BigSeedOptions = SeedOptions & {
  people: number
  lists: number
  membersPerList: number
  /** Everybody's. Nobody can sign in when left out. */
  password?: string
}

/** A directory of any size for benchmarks: people p000000…, lists list0000…, the same at every call. */
export function bigLdif(options: BigSeedOptions): string {
  const { suffix = 'dc=example,dc=org' } = options
  const place = { ...options, suffix, placeholderDn: options.placeholderDn ?? placeholder(suffix) }
  const hash = options.password === undefined ? undefined : hashPassword(options.password)
  const persons = Array.from({ length: options.people }, (_, index): InventedPerson => {
    const uid = `p${String(index).padStart(6, '0')}`
    const mail = [`${uid}@example.org`]
    return { uid, cn: `Person ${index}`, sn: `Number ${index}`, mail, gidNumber: 5000 + (index % 20) }
  })
  const membersFrom = (start: number) => {
    const size = Math.min(options.membersPerList, persons.length)
    return Array.from({ length: size }, (_, index) => persons[(start + index) % persons.length]).filter(
      (person) => person !== undefined,
    )
  }
  const groups = Array.from({ length: options.lists }, (_, index) => {
    const name = `list${String(index).padStart(4, '0')}`
    return listEntry({ name, description: `List ${index}`, index, members: membersFrom(index * 37) }, place)
  })
  return [...persons.map((person, index) => personEntry(person, index, suffix, hash)), ...groups].join('\n')
}

function invented(table: string): InventedPerson[] {
  const rows = table
    .trim()
    .split(/\n| {2,}(?=[a-z]+ +\|)/)
    .map((row) => row.split('|').map((cell) => cell.trim()))
    .filter((row) => row.length === 3)
  return rows.map(([uid = '', given = '', sn = ''], index) => {
    // Chinese and Japanese names are written without a space, the family's first.
    const cn = /\p{Script=Han}/u.test(sn) ? `${sn}${given}` : `${given} ${sn}`
    const mail = [`${uid}@example.org`, ...(index % 5 === 1 ? [`${uid}.guild@example.org`] : [])]
    return { uid, cn, sn, mail, gidNumber: 5000 + (index % 4) }
  })
}

/** News is without Alice and Bob, so that they can subscribe to it; both play chess; nobody is in newcomers. */
function membersOfList(name: string, index: number): string[] {
  if (name === 'newcomers') return []
  const others = people.filter(({ uid }) => !['ada', 'alice', 'bob'].includes(uid))
  const some = others.filter((_, position) => (position * (index + 3) + index) % 17 < 5).map(({ uid }) => uid)
  return name === 'chess' ? ['alice', 'bob', ...some] : some
}

function personEntry(person: InventedPerson, index: number, suffix: string, passwordHash?: string): string {
  return entry(personDn(person.uid, suffix), {
    objectClass: ['inetOrgPerson', 'posixAccount'],
    uid: [person.uid],
    cn: [person.cn],
    sn: [person.sn],
    mail: person.mail,
    uidNumber: [String(10_000 + index)],
    gidNumber: [String(person.gidNumber)],
    homeDirectory: [`/home/${person.uid}`],
    userPassword: passwordHash === undefined ? [] : [passwordHash],
  })
}

function listEntry(
  list: { name: string; description: string; index: number; members: InventedPerson[] },
  { listClass, suffix, placeholderDn }: { listClass: ListClass; suffix: string; placeholderDn: string },
): string {
  const dns = [placeholderDn, ...list.members.map(({ uid }) => personDn(uid, suffix))]
  const attributesOf: Record<ListClass, Record<string, string[]>> = {
    groupOfUniqueNames: { description: [list.description], uniqueMember: dns },
    groupOfNames: { description: [list.description], member: dns },
    posixGroup: {
      description: [list.description],
      gidNumber: [String(7000 + list.index)],
      memberUid: list.members.map(({ uid }) => uid),
    },
    // A mail alias has no description.
    nisMailAlias: { rfc822MailMember: list.members.map(({ mail }) => mail[0] ?? '') },
  }
  return entry(`cn=${list.name},ou=lists,${suffix}`, {
    objectClass: [listClass],
    cn: [list.name],
    ...attributesOf[listClass],
  })
}

function personDn(uid: string, suffix: string): string {
  return `uid=${uid},ou=people,${suffix}`
}

function placeholder(suffix: string): string {
  return `cn=guildpost,ou=services,${suffix}`
}

/** One LDIF record (RFC 2849); whatever is not plain ASCII goes in base64. */
function entry(dn: string, attributes: Record<string, string[]>): string {
  const lines = Object.entries(attributes).flatMap(([name, values]) =>
    values.map((value) => line(name, value)),
  )
  return [line('dn', dn), ...lines, ''].join('\n')
}

function line(name: string, value: string): string {
  const isPlain = /^[!-9;=-~][ -~]*$/.test(value) && !value.endsWith(' ')
  return isPlain ? `${name}: ${value}` : `${name}:: ${Buffer.from(value).toString('base64')}`
}
