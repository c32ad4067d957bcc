import type { BodySchema } from './api-description.ts'
import { apiErrors } from './api-error.ts'
import type { Problem } from './problems.ts'
import type { DiscordState, UploadedFile } from './state.ts'

export interface ApiRequest {
  method: string
  /** Without `/api/v10`, decoded: `/channels/123/messages`. */
  path: string
  params: Record<string, string>
  query: URLSearchParams
  body: unknown
  files: UploadedFile[]
}

export interface ApiAnswer {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/channels/:channelId/messages` */
  path: string
  /** False where the token in the path is the credential. */
  auth: boolean
  /** So many requests a window, counted apart for each value of the parameter `per`. */
  limit: { count: number; windowMs: number; per?: string }
  handle(request: ApiRequest, state: DiscordState): ApiAnswer
}

/** A part of the path by the name that its route gives it. */
export function param({ params, path }: ApiRequest, name: string): string {
  const value = params[name]
  if (value === undefined) throw new Error(`the route of ${path} has no parameter ${name}`)
  return value
}

/**
 * Holds a body against Discord's description, and if it passes against `rules`, which may then trust its types.
 * @throws ApiError 50035
 */
export function requireValid(
  state: DiscordState,
  request: ApiRequest,
  schema: BodySchema,
  rules: () => Problem[] = () => [],
): void {
  const found = state.description.check(schema, request.body)
  requireNone(found.length > 0 ? found : rules())
}

/** @throws ApiError 50035 when there are problems. */
export function requireNone(problems: Problem[]): void {
  if (problems.length > 0) throw apiErrors.invalidForm(problems)
}
