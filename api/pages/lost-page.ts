import type { FastifyReply, FastifyRequest } from 'fastify'
import { html } from '../../texts/html.ts'
import { layout, wordingFor } from './layout.ts'
import { pagePolicy } from './stylesheet.ts'

/** Whether a person looks for a page: a browser asks, and not for what programs are answered. */
export const seeksPage = ({ method, url, headers }: FastifyRequest): boolean =>
  method === 'GET' && !url.startsWith('/api/') && headers.accept?.includes('text/html') === true

/** Says that there is no such page, and where there is one. Found by no route, it has the headers of an answer, but for its policy. */
export function sendLostPage(request: FastifyRequest, reply: FastifyReply, status: number): FastifyReply {
  const wording = wordingFor(request)
  const { lost } = wording.texts
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .headers({ 'cache-control': 'no-store', 'content-security-policy': policy, vary: 'Accept' })
    .serializer(String)
    .send(
      layout(wording, {
        title: lost.title,
        body: html`<h1>${lost.title}</h1>
          <p>${lost.text}</p>
          <p><a href="/">${lost.home}</a></p>`,
      }),
    )
}

const policy = Object.entries(pagePolicy)
  .map(
    ([name, sources]) =>
      `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${sources.join(' ')}`,
  )
  .join(';')
