/** The ends of names whose values are nobody's business: `password`, `csrfToken`, `SERVICE_TOKEN`, `set-cookie`. */
const one = '(?:assw(?:or)?d|ASSWORD|oken|OKEN|ecret|ECRET|uthorization|ookie|guildpost_[a-z]+)'
/** `serviceTokens`, too. */
const name = `${one}[sS]?`

/**
 * What a secret looks like: what stays of it, in parentheses, and what goes. None begins with a run of any letters, which
 * would be tried anew from each: most lines have no secret, and are passed over in about 2 µs.
 */
const looks = [
  // By name: in JSON, in JSON inside of a JSON string, in an array there, and as Node shows objects.
  String.raw`(${name}":")(?:[^"\\]|\\.)+`,
  String.raw`(${name}\\":\s?\\")(?:[^"\\]|\\\\(?:\\["\\]|[^"\\]))+`,
  String.raw`(${name}":\[")[^\]]+(?="\])`,
  String.raw`(${name}\\":\s?\[\s?\\")[^\]]+(?=\\"\s?\])`,
  String.raw`(${name}: ')[^'\\]+`,
  // Numbers, too; of a name for many they say how many.
  String.raw`(${one}\\?":\s?|${one}: )-?[0-9][0-9.eE+-]*`,
  // Six digits are a code for linking; other codes say what went wrong.
  String.raw`("code":"|\\"code\\":\s?\\"|\bcode=)[0-9]{6}\b`,
  // In forms, addresses and cookies.
  String.raw`((?:${name}|_csrf)=)[^&;\s"\\]+`,
  String.raw`(:\/\/[^\s"/:@\\]*:)[^\s"/]+(?=@)`,
  String.raw`(\/(?:link|move|undo)\/)[\w%~.-]+`,
  // Discord's interactions are answered by whoever knows this; RFC 9110, section 11.4; its tokens; ours.
  String.raw`(\/(?:webhooks|interactions)\/[0-9]+\/)[\w%~.-]+`,
  String.raw`(\b(?:[Bb]earer|[Bb]asic) )[\w.~+/=-]{6,}`,
  String.raw`(\bBot )[\w.-]{20,}`,
  String.raw`(\b)[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}`,
  String.raw`(\bgp_)[0-9a-z]{20,}`,
]

const secrets = new RegExp(looks.join('|'), 'g')

/** Takes the secrets out of a line of text or JSON, which stays JSON. */
export function hideSecrets(line: string): string {
  return line.replace(secrets, (_found, ...kept: (string | undefined)[]) => {
    const stays = kept.slice(0, looks.length).find((group) => group !== undefined)
    const quote = /(\\?"):\s?$/.exec(stays ?? '')?.[1] ?? ''
    return `${stays ?? ''}${quote}[hidden]${quote}`
  })
}
