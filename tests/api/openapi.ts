import type { TestApi } from './api-server.ts'

export type Schema = Record<string, unknown>

export type Described = {
  method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'
  path: string
  /** `GET /api/v1/lists/{name}` */
  operation: string
  parameters: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }[]
  body: Schema | null
  answers: Record<string, { content?: Record<string, { schema: Schema }>; headers?: Record<string, unknown> }>
}

type Document = {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: Described['parameters']
        requestBody?: { content: Record<string, { schema: Schema }> }
        responses: Described['answers']
      }
    >
  >
  components: { schemas: Record<string, Schema> }
}

/** Every operation that the API's own document describes, and the schemas that they refer to. */
export async function describedBy({
  server,
}: TestApi): Promise<{ operations: Described[]; schemas: Record<string, Schema> }> {
  const answer = await server.inject({ method: 'GET', url: '/api/v1/openapi.json' })
  const { paths, components } = answer.json<Document>()
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([lower, { parameters = [], requestBody, responses }]): Described => {
      const method = lower.toUpperCase() as Described['method']
      const body = requestBody?.content['application/json']?.schema ?? null
      return { method, path, operation: `${method} ${path}`, parameters, body, answers: responses }
    }),
  )
  return { operations, schemas: components.schemas }
}
