import type { Command, Controls } from '../turn.ts'
import { alertControls } from './alert.ts'
import { help } from './help.ts'
import { link } from './link.ts'
import { lists } from './lists/index.ts'
import { notices } from './notices/index.ts'
import { notify } from './notify.ts'
import { privacy } from './privacy.ts'
import { status } from './status.ts'
import { subscribe } from './subscribe.ts'
import { subscriptions } from './subscriptions.ts'
import { unlink } from './unlink.ts'
import { unsubscribe } from './unsubscribe.ts'
import { whoami } from './whoami.ts'
import { whois } from './whois.ts'

/** Every command that the bot knows. */
export const commands: readonly Command[] = [
  subscribe,
  unsubscribe,
  subscriptions,
  lists,
  link,
  unlink,
  whoami,
  whois,
  status,
  notices,
  notify,
  privacy,
  help,
]

/** What may be pressed below messages that workers post, by the first part of the custom id; no command has that name. */
export const controls: Readonly<Record<string, Controls>> = { alert: alertControls }
