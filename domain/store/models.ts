import { Model } from 'objection'
import type { ChangeAction, ChangeState, ChangeVia, Proof } from '../contracts/change.ts'
import type { JoinPolicy, ListState } from '../contracts/list.ts'

// Fields are declared, never initialised: Objection would write an initialised field with every patch.

export class Member extends Model {
  static override tableName = 'member'
  declare id: string
  declare entryUuid: string
  declare version: string
  declare dn: string
  declare dnKey: string
  declare uid: string
  declare displayName: string
  declare mails: string[]
  declare mailKeys: string[]
  declare gidNumber: number | null
  declare isAdmin: boolean
  declare state: 'present' | 'gone'
  declare goneAt: Date | null
}

export class List extends Model {
  static override tableName = 'list'
  declare id: string
  declare source: 'ldap'
  declare entryUuid: string | null
  declare version: string | null
  declare dn: string
  declare name: string
  declare displayName: string
  declare description: string
  declare joinPolicy: JoinPolicy
  declare hidden: boolean
  declare managed: boolean
  declare drift: 'adopt' | 'report'
  declare state: ListState | 'gone'
  declare goneAt: Date | null
  declare lane: number
  declare leaseToken: string | null
  declare leaseUntil: Date | null
}

export class ChangeRow extends Model {
  static override tableName = 'change'
  declare id: string
  declare listId: string
  declare memberId: string
  declare action: ChangeAction
  declare state: ChangeState
  declare reasonCode: string | null
  declare reasonMessage: string | null
  declare requestedBy: string | null
  declare via: ChangeVia
  declare requestId: string | null
  declare attempts: number
  declare dueAt: Date
  declare wouldWrite: string | null
  declare proofVersion: string | null
  declare proofHow: Proof['how'] | null
  declare supersededBy: string | null
  declare retryOf: string | null
  declare createdAt: Date
  declare endedAt: Date | null
  declare toldAt: Date | null
}

export class DiscordLink extends Model {
  static override tableName = 'discord_link'
  declare id: string
  declare discordUserId: string
  declare memberId: string
  declare locale: string
  declare linkedAt: Date
  declare unlinkedAt: Date | null
  declare unlinkReason: string | null
}

export class LinkAttempt extends Model {
  static override tableName = 'link_attempt'
  declare id: string
  declare tokenHash: Buffer
  declare discordUserId: string
  declare discordName: string
  declare avatarUrl: string | null
  declare locale: string
  declare browserHash: Buffer | null
  declare memberId: string | null
  declare codeHash: Buffer | null
  declare triesLeft: number
  declare state: 'open' | 'proven' | 'linked' | 'spent' | 'undone'
  declare linkId: string | null
  declare undoHash: Buffer | null
  declare createdAt: Date
  declare expiresAt: Date
}

export class Mail extends Model {
  static override tableName = 'mail'
  declare id: string
  declare kind: string
  declare memberId: string | null
  declare toAddress: string
  declare subject: string
  declare textBody: string
  declare htmlBody: string | null
}

export class Notice extends Model {
  static override tableName = 'notice'
  declare id: string
  declare kind: string
  declare destinationKind: 'member' | 'channel'
  declare destinationId: string
  declare incidentKey: string | null
  declare body: object
}

export class SyncRun extends Model {
  static override tableName = 'sync_run'
  declare id: string
  declare mode: 'incremental' | 'full'
  declare dryRun: boolean
  declare state: 'queued' | 'running' | 'done' | 'failed'
  declare startedAt: Date | null
  declare endedAt: Date | null
  declare report: object | null
}
