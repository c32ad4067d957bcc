/** A modify of one attribute as LDIF (RFC 2849), as `ldapmodify` would take it. */
export function modifyLdif(
  dn: string,
  attribute: string,
  add: readonly string[],
  remove: readonly string[],
): string {
  const lines: string[] = []
  if (add.length > 0) lines.push(`add: ${attribute}`, ...add.map((value) => line(attribute, value)), '-')
  if (remove.length > 0)
    lines.push(`delete: ${attribute}`, ...remove.map((value) => line(attribute, value)), '-')
  return record(dn, 'modify', ...lines)
}

/** A new entry as LDIF. `missing`: what it gets as well and is not known yet, as a comment. */
export function addLdif(
  dn: string,
  attributes: Readonly<Record<string, readonly string[]>>,
  missing?: string,
): string {
  const values = Object.entries(attributes).flatMap(([name, all]) => all.map((value) => line(name, value)))
  return record(dn, 'add', ...values, ...(missing === undefined ? [] : [`# ${missing}`]))
}

/** All values of one attribute written anew as LDIF; none: it has it no more. */
export const replaceLdif = (dn: string, attribute: string, values: readonly string[]): string =>
  record(dn, 'modify', `replace: ${attribute}`, ...values.map((value) => line(attribute, value)), '-')

/** An entry that gets another name where it is, as LDIF. */
export const renameLdif = (dn: string, rdn: string): string =>
  record(dn, 'modrdn', line('newrdn', rdn), 'deleteoldrdn: 1')

/** The end of an entry, as LDIF. */
export const deleteLdif = (dn: string): string => record(dn, 'delete')

const record = (dn: string, changetype: string, ...lines: string[]): string =>
  `${[line('dn', dn), `changetype: ${changetype}`, ...lines].join('\n')}\n`

function line(name: string, value: string): string {
  const safe = /^[\x21-\x39\x3b\x3d-\x7e][\x20-\x7e]*$/.test(value) && !value.endsWith(' ')
  return safe ? `${name}: ${value}` : `${name}:: ${Buffer.from(value).toString('base64')}`
}
