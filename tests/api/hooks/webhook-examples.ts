import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
/** GitHub's own, and the versions of GitHub Enterprise Server that have some. */
const collections = ['api.github.com', 'ghes-31', 'ghes-32', 'ghes-33', 'ghes-34', 'ghes-35']

export type WebhookExample = { event: string; payload: Record<string, unknown> }

/** Every example of what GitHub sends that its own collection has, each once. */
export const webhookExamples: readonly WebhookExample[] = [
  ...new Map(
    collections
      .flatMap((collection) => require(`@octokit/webhooks-examples/${collection}/index.json`) as Definition[])
      .flatMap(({ name: event, examples }) => examples.map((payload) => ({ event, payload })))
      .map((example) => [JSON.stringify(example), example]),
  ).values(),
]

type Definition = { name: string; examples: Record<string, unknown>[] }
