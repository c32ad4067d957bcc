import type { DiscordMessage, InteractionHandle } from '../discord/stand-in.ts'
import { isMember, readList } from '../prompt/directory.ts'
import { openLinkPage, signInOnLinkPage } from '../prompt/link-page.ts'
import { actAs, print, requireDiscord, type Session } from '../prompt/session.ts'
import { buttonsOf, menuOf } from '../prompt/show-message.ts'

export type Step = {
  title: string
  /** Gives what was seen. Throws when it is not what should be. */
  play: () => Promise<string>
}

/** Alice links her account, joins the news and leaves them; each time the directory itself is asked. */
export function story(session: Session): Step[] {
  const { system } = session
  const discord = requireDiscord(session)
  const alice = actAs(session, 'alice')
  const password = system.passwordOf?.(alice.username) ?? ''
  let invitation: InteractionHandle | undefined
  let address = ''
  let code = ''

  const slash = async (command: string, options: Record<string, string> = {}) =>
    discord.slash(alice, command, options)

  /** Waits for the reply that carries the directory's proof, and compares it with what the directory says. */
  const wish = async (action: 'subscribe' | 'unsubscribe') => {
    const handle = await slash(action, { list: 'news' })
    const message = await handle.until(({ content }) => content.includes('Proven by the directory'))
    print(session, message, 'only you can see this')
    const { version, isOn } = await newsInDirectory(session)
    check(plain(message).includes(version), `the reply’s proof is the version of the entry, ${version}`)
    check(isOn === (action === 'subscribe'), `the directory has done it`)
    return `told, with the very version that the entry has in the directory: ${version}`
  }

  return [
    {
      title: 'Alice asks the bot who she is: /whoami',
      async play() {
        const message = shown(session, await (await slash('whoami')).settled())
        check(hasButton(message, 'link:start'), 'it offers to link her account')
        return 'it does not know her yet'
      },
    },
    {
      title: 'Is she on the list “news”? ldapsearch',
      async play() {
        const { isOn, count } = await newsInDirectory(session)
        check(!isOn, 'she is not on it yet')
        return `${count} members, and Alice is not one of them`
      },
    },
    {
      title: 'She begins: /link',
      async play() {
        invitation = await slash('link')
        const message = shown(session, await invitation.settled())
        address = buttonsOf(message).find(({ url }) => url)?.url ?? ''
        check(address.startsWith(`${system.apiUrl}/link/`), 'there is a button to the sign-in page')
        check(hasButton(message, 'link:code'), 'there is a button for the code')
        return `a page of her own: ${address}`
      },
    },
    {
      title: 'She opens the page',
      async play() {
        const page = await openLinkPage(address)
        check(page.status === 200, `the page is there (${page.status})`)
        check(page.text.includes('Alice Anderson'), 'it names the Discord account that asks')
        return 'it shows whose Discord account asks, and a form'
      },
    },
    {
      title: 'She signs in there with her directory password',
      async play() {
        const page = await signInOnLinkPage(address, { username: alice.username, password })
        check(page.code !== null, `it shows a code of six digits (${page.status}: ${page.text})`)
        code = page.code ?? ''
        return `the page shows her the code ${code}`
      },
    },
    {
      title: 'She types the code into Discord, behind “Enter code”',
      async play() {
        if (invitation === undefined) throw new Error('/link has not been answered')
        const modal = await discord.press(alice, invitation, 'link:code')
        await modal.modalShown()
        const message = shown(session, await (await discord.submitModal(alice, modal, { code })).settled())
        check(plain(message).includes('alice'), 'it greets her by her user name')
        check(hasButton(message, 'subscriptions:show'), 'it shows the way to the lists')
        return 'she is linked'
      },
    },
    {
      title: 'The directory’s mail address is told',
      async play() {
        const mail = await system.mail?.waitForMail(({ to }) => to.includes('alice@example.org'))
        check(mail !== undefined, 'there is a mail')
        check(mail?.text.includes(`${system.apiUrl}/undo/`) ?? false, 'it has a way to undo the link')
        return `“${mail?.subject}” to ${mail?.to.join(', ')}, with a way to undo it`
      },
    },
    { title: 'She joins: /subscribe list:news', play: () => wish('subscribe') },
    {
      title: 'ldapsearch again',
      async play() {
        const { isOn, count } = await newsInDirectory(session)
        check(isOn, 'she is on it')
        return `${count} members, Alice among them`
      },
    },
    {
      title: 'All lists at a glance: /subscriptions',
      async play() {
        const message = shown(session, await (await slash('subscriptions')).settled())
        const ticked = (menuOf(message)?.options ?? [])
          .filter((option) => option.default)
          .map(({ value }) => value)
        check(ticked.includes('news'), 'news is ticked')
        return `ticked in the menu: ${ticked.join(', ')}`
      },
    },
    { title: 'She leaves: /unsubscribe list:news', play: () => wish('unsubscribe') },
    {
      title: 'ldapsearch once more',
      async play() {
        const { isOn, count } = await newsInDirectory(session)
        check(!isOn, 'she is gone')
        return `${count} members, Alice is gone`
      },
    },
    {
      title: 'Was everything that the bot sent as Discord wants it?',
      async play() {
        const faults = discord.violations.map(({ request, problems }) => `${request}: ${problems.join(', ')}`)
        check(faults.length === 0, `nothing malformed (${faults.join('; ')})`)
        return 'every request fits Discord’s own description of its API'
      },
    },
  ]
}

function shown(session: Session, message: DiscordMessage): DiscordMessage {
  print(session, message, 'only you can see this')
  return message
}

async function newsInDirectory({
  system,
}: Session): Promise<{ isOn: boolean; count: number; version: string }> {
  const list = await readList(system.directory, 'news')
  if (list === null) throw new Error('There is no list “news” in the directory')
  const { members, version } = list
  return { isOn: members.some((value) => isMember(value, 'alice')), count: members.length, version }
}

function hasButton(message: DiscordMessage, customId: string): boolean {
  return buttonsOf(message).some(({ custom_id }) => custom_id === customId)
}

/** Without the backslashes that keep Discord from taking signs for Markdown. */
function plain({ content }: DiscordMessage): string {
  return content.replaceAll('\\', '')
}

function check(isSo: boolean, expected: string): void {
  if (!isSo) throw new Error(`It should be so, and is not: ${expected}`)
}
