import * as installation from './001-installation.ts'
import * as directory from './002-directory.ts'
import * as changes from './003-changes.ts'
import * as audit from './004-audit.ts'
import * as links from './005-links.ts'
import * as outbox from './006-outbox.ts'
import * as lighterWrites from './007-lighter-writes.ts'
import * as identity from './008-identity.ts'
import * as engine from './009-engine.ts'
import * as installationInDiscord from './010-installation-in-discord.ts'
import * as topics from './011-topics.ts'
import * as refusalsTold from './012-refusals-told.ts'
import * as membersByName from './013-members-by-name.ts'
import * as namesOfBefore from './014-names-of-before.ts'
import * as requestsShown from './015-requests-shown.ts'
import * as lighterReads from './016-lighter-reads.ts'
import * as observing from './017-observing.ts'
import * as lastRead from './018-last-read.ts'
import * as largerReads from './019-larger-reads.ts'

/** One step of the schema: SQL up, SQL down. */
export type Migration = { up: string; down: string }

/** Every step in order; a name never changes once it was released, since databases remember it. */
export const migrations: readonly (Migration & { name: string })[] = [
  { name: '001-installation', ...installation },
  { name: '002-directory', ...directory },
  { name: '003-changes', ...changes },
  { name: '004-audit', ...audit },
  { name: '005-links', ...links },
  { name: '006-outbox', ...outbox },
  { name: '007-lighter-writes', ...lighterWrites },
  { name: '008-identity', ...identity },
  { name: '009-engine', ...engine },
  { name: '010-installation-in-discord', ...installationInDiscord },
  { name: '011-topics', ...topics },
  { name: '012-refusals-told', ...refusalsTold },
  { name: '013-members-by-name', ...membersByName },
  { name: '014-names-of-before', ...namesOfBefore },
  { name: '015-requests-shown', ...requestsShown },
  { name: '016-lighter-reads', ...lighterReads },
  { name: '017-observing', ...observing },
  { name: '018-last-read', ...lastRead },
  { name: '019-larger-reads', ...largerReads },
]
