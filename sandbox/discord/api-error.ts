import type { Problem } from './problems.ts'

/** An answer of Discord's REST API that refuses: HTTP status, Discord's own number, and its message. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: number
  readonly problems: readonly Problem[]

  constructor(status: number, code: number, message: string, problems: readonly Problem[] = []) {
    super(message)
    this.status = status
    this.code = code
    this.problems = problems
  }
}

/** The refusals used here, numbered as in https://docs.discord.com/developers/topics/opcodes-and-status-codes */
export const apiErrors = {
  unauthorized: () => new ApiError(401, 0, '401: Unauthorized'),
  noSuchRoute: () => new ApiError(404, 0, '404: Not Found'),
  unknownChannel: () => new ApiError(404, 10_003, 'Unknown Channel'),
  unknownGuild: () => new ApiError(404, 10_004, 'Unknown Guild'),
  unknownMember: () => new ApiError(404, 10_007, 'Unknown Member'),
  unknownMessage: () => new ApiError(404, 10_008, 'Unknown Message'),
  unknownRole: () => new ApiError(404, 10_011, 'Unknown Role'),
  unknownUser: () => new ApiError(404, 10_013, 'Unknown User'),
  unknownWebhook: () => new ApiError(404, 10_015, 'Unknown Webhook'),
  unknownInteraction: () => new ApiError(404, 10_062, 'Unknown interaction'),
  unknownApplication: () => new ApiError(404, 10_002, 'Unknown Application'),
  tooManyCommandCreates: () =>
    new ApiError(400, 30_034, 'Max number of daily application command creates has been reached (200)'),
  alreadyAcknowledged: () => new ApiError(400, 40_060, 'Interaction has already been acknowledged.'),
  missingAccess: () => new ApiError(403, 50_001, 'Missing Access'),
  emptyMessage: () => new ApiError(400, 50_006, 'Cannot send an empty message'),
  cannotMessageUser: () => new ApiError(403, 50_007, 'Cannot send messages to this user'),
  missingPermissions: () => new ApiError(403, 50_013, 'Missing Permissions'),
  invalidWebhookToken: () => new ApiError(401, 50_027, 'Invalid Webhook Token'),
  invalidForm: (problems: readonly Problem[]) => new ApiError(400, 50_035, 'Invalid Form Body', problems),
  threadIsArchived: (status: 400 | 403) => new ApiError(status, 50_083, 'Thread is archived'),
  invalidJson: () => new ApiError(400, 50_109, 'The request body contains invalid JSON.'),
  noMutualServer: () =>
    new ApiError(403, 50_278, 'Cannot send messages to this user due to having no mutual guilds'),
  threadIsLocked: () => new ApiError(403, 160_005, 'Thread is locked'),
}

/** The body of a refusal, its problems nested the way Discord nests them (`errors.embeds.0.title._errors`). */
export function errorBody(error: ApiError): Record<string, unknown> {
  const body: Record<string, unknown> = { message: error.message, code: error.code }
  if (error.problems.length > 0) body['errors'] = nested(error.problems)
  return body
}

function nested(problems: readonly Problem[]): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const { path, code, message } of problems) {
    let node = root
    for (const key of path) node = (node[key] ??= {}) as Record<string, unknown>
    const errors = (node['_errors'] ??= []) as unknown[]
    errors.push({ code, message })
  }
  return root
}
