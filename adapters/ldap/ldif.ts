/** A modify of one attribute as LDIF (RFC 2849), as `ldapmodify` would take it. */
export function modifyLdif(
  dn: string,
  attribute: string,
  add: readonly string[],
  remove: readonly string[],
): string {
  const lines = [line('dn', dn), 'changetype: modify']
  if (add.length > 0) lines.push(`add: ${attribute}`, ...add.map((value) => line(attribute, value)), '-')
  if (remove.length > 0)
    lines.push(`delete: ${attribute}`, ...remove.map((value) => line(attribute, value)), '-')
  return `${lines.join('\n')}\n`
}

function line(name: string, value: string): string {
  const safe = /^[\x21-\x39\x3b\x3d-\x7e][\x20-\x7e]*$/.test(value) && !value.endsWith(' ')
  return safe ? `${name}: ${value}` : `${name}:: ${Buffer.from(value).toString('base64')}`
}
