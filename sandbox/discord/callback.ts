import { requireNone, requireValid, type ApiRequest } from './api-route.ts'
import { choiceListProblems } from './command-rules.ts'
import { sourceMessage } from './interaction-messages.ts'
import { messageProblems, usesV2 } from './message-rules.ts'
import { modalProblems } from './modal-rules.ts'
import { tooLong, type Problem } from './problems.ts'
import type { DiscordState, InteractionRecord } from './state.ts'
import { messageFlags, type CommandChoice, type MessageBody, type ModalComponent } from './wire.ts'

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type */
export const callbackTypes = { reply: 4, deferReply: 5, deferUpdate: 6, update: 7, choices: 8, modal: 9 }

/** The first answer to an interaction. */
export interface Callback {
  type: number
  data?: (MessageBody & { choices?: CommandChoice[]; custom_id?: string; title?: string }) | null
}

/** The body of a callback that fits its interaction. @throws ApiError 50035 */
export function validCallback(request: ApiRequest, state: DiscordState, record: InteractionRecord): Callback {
  const callback = (request.body ?? {}) as Callback
  const data = callback.data ?? {}
  const { reply, deferReply, deferUpdate, update, choices, modal } = callbackTypes
  if (!allowedTypes(record).includes(callback.type))
    requireNone([
      {
        path: ['type'],
        code: 'INTERACTION_TYPE_INVALID',
        message: `A ${record.kind} cannot be answered by a callback of type ${callback.type}.`,
      },
    ])
  switch (callback.type) {
    case reply:
    case deferReply:
      requireValid(state, request, 'CreateMessageInteractionCallbackRequest', () =>
        callback.type === reply ? inData(messageProblems(data, usesV2(data))) : deferProblems(data),
      )
      break
    case deferUpdate:
    case update:
      requireValid(state, request, 'UpdateMessageInteractionCallbackRequest', () =>
        inData(messageProblems(data, usesV2(data) || sourceUsesV2(state, record))),
      )
      break
    case choices:
      // Before the description's own check, which would tell it three times: once for each type of choice.
      requireNone(data.choices && data.choices.length > 25 ? [tooLong(['data', 'choices'], 25)] : [])
      requireValid(state, request, 'ApplicationCommandAutocompleteCallbackRequest', () =>
        choiceListProblems(data.choices ?? [], ['data', 'choices'], state.description.locales()),
      )
      break
    case modal:
      requireValid(state, request, 'ModalInteractionCallbackRequest', () =>
        inData(modalProblems((data.components ?? []) as ModalComponent[])),
      )
      break
    default:
      throw new Error(`a callback of type ${callback.type} was allowed, but nothing checks it`)
  }
  return callback
}

function allowedTypes({ kind, source }: InteractionRecord): number[] {
  const { reply, deferReply, deferUpdate, update, choices, modal } = callbackTypes
  switch (kind) {
    case 'autocomplete':
      return [choices]
    case 'command':
      return [reply, deferReply, modal]
    case 'component':
      return [reply, deferReply, deferUpdate, update, modal]
    case 'modal':
      return source ? [reply, deferReply, deferUpdate, update] : [reply, deferReply]
  }
}

/** "Thinking..." has no content, and visibility is the only thing that can be said about it. */
function deferProblems({ flags }: MessageBody): Problem[] {
  if (((flags ?? 0) & ~messageFlags.ephemeral) === 0) return []
  return [
    {
      path: ['data', 'flags'],
      code: 'BASE_TYPE_CHOICES',
      message: 'Only EPHEMERAL may be set when deferring.',
    },
  ]
}

function sourceUsesV2(state: DiscordState, record: InteractionRecord): boolean {
  const stored = sourceMessage(state, record)
  return stored !== undefined && usesV2(stored.message)
}

function inData(problems: Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: ['data', ...problem.path] }))
}
