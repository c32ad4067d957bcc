export { type Html, html } from '../../texts/html.ts'
