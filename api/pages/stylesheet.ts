import { createHash } from 'node:crypto'
import type { Html } from '../../texts/html.ts'

const stylesheet = `
:root {
  color-scheme: light dark;
  --paper: #f4f2ec; --card: #fffefb; --ink: #1c2824; --soft: #5b6863; --line: #e2ded3;
  --accent: #1f6f5c; --accent-ink: #ffffff; --accent-wash: #e8f1ed; --warn: #8a3b12; --warn-wash: #fbeee4;
  --danger: #a3341c; --danger-ink: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #121816; --card: #1a2220; --ink: #e9efec; --soft: #9fb0a9; --line: #2c3834;
    --accent: #5cc4a6; --accent-ink: #0c1a16; --accent-wash: #1f302a; --warn: #f0b48a; --warn-wash: #3a2618;
    --danger: #f0907a; --danger-ink: #2a0f08;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; padding: 20px 16px 40px; background: var(--paper); color: var(--ink);
  font: 17px/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans TC", "PingFang TC", "Microsoft JhengHei", sans-serif;
  -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
}
.page { max-width: 460px; margin: 0 auto; }
.page.wide { max-width: 640px; }
.top { display: flex; justify-content: space-between; align-items: center; padding: 4px 4px 18px; }
.brand { display: flex; align-items: center; gap: 10px; font-weight: 650; letter-spacing: -0.01em; }
.brand svg { width: 26px; height: 26px; display: block; color: var(--accent); }
.top a { color: var(--soft); font-size: 15px; padding: 8px 4px; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 18px; padding: 28px 24px;
  box-shadow: 0 1px 2px rgb(20 30 26 / 0.04), 0 12px 32px -18px rgb(20 30 26 / 0.22);
}
.card + .card { margin-top: 16px; }
.card > h2:first-child { margin-top: 0; font-size: 19px; color: var(--ink); letter-spacing: -0.01em; font-weight: 650; }
h1 { font-size: 25px; line-height: 1.25; letter-spacing: -0.018em; margin: 0 0 8px; text-wrap: balance; }
h2 { font-size: 15px; margin: 26px 0 10px; color: var(--soft); font-weight: 600; }
h3 { font-size: 16px; margin: 26px 0 14px; padding-top: 22px; border-top: 1px solid var(--line); }
a { color: var(--accent); text-underline-offset: 3px; }
p { margin: 0 0 14px; text-wrap: pretty; }
p:last-child { margin-bottom: 0; }
.lead { color: var(--soft); }
.account {
  display: flex; align-items: center; gap: 14px; margin: 20px 0 0; padding: 14px; border-radius: 14px;
  background: var(--accent-wash);
}
.account img, .monogram { flex: none; width: 52px; height: 52px; border-radius: 50%; }
.monogram, .account img::before {
  display: grid; place-items: center; background: var(--accent); color: var(--accent-ink); font-size: 22px; font-weight: 650;
}
.account img { position: relative; }
.account img::before { content: attr(data-letter); position: absolute; inset: 0; border-radius: 50%; }
.account div:last-child { min-width: 0; line-height: 1.4; }
.account strong { display: block; overflow-wrap: anywhere; font-size: 18px; }
.account span { font-size: 15px; }
.account span:not(.badge) { color: var(--soft); overflow-wrap: anywhere; }
.account .badge { background: var(--accent); color: var(--accent-ink); }
ol { list-style: none; margin: 0; padding: 0; counter-reset: step; }
ol li { counter-increment: step; position: relative; padding-left: 38px; margin-bottom: 12px; font-size: 16px; line-height: 1.5; }
ol li::before {
  content: counter(step); position: absolute; left: 0; top: 0; width: 25px; height: 25px; border-radius: 50%;
  border: 1px solid var(--line); color: var(--soft); font-size: 14px; line-height: 23px; text-align: center;
}
form { margin: 24px 0 0; padding: 22px 0 0; border-top: 1px solid var(--line); }
form.only { border: 0; padding: 0; }
form.below { border: 0; padding: 0; margin: 18px 0 0; }
label, legend { display: block; font-weight: 600; font-size: 15px; margin-bottom: 6px; }
input {
  width: 100%; height: 50px; margin-bottom: 16px; padding: 0 14px; border: 1px solid var(--line); border-radius: 11px;
  background: var(--paper); color: var(--ink); font: inherit;
}
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button {
  width: 100%; min-height: 52px; padding: 12px 18px; border: 0; border-radius: 11px; background: var(--accent);
  color: var(--accent-ink); font: inherit; font-weight: 650; cursor: pointer;
}
button:hover { filter: brightness(1.07); }
button.quiet {
  width: auto; min-height: 44px; padding: 8px 16px; background: transparent; color: var(--accent);
  border: 1px solid var(--line); font-size: 15px;
}
button.quiet:hover { background: var(--accent-wash); filter: none; }
button.danger { background: var(--danger); color: var(--danger-ink); }
fieldset { margin: 0 0 16px; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; }
.choice { display: flex; gap: 12px; align-items: center; min-height: 44px; margin: 0; padding: 6px 0; font-weight: 400; line-height: 1.4; cursor: pointer; }
.choice span { text-wrap: pretty; }
.choice input { flex: none; width: 22px; height: 22px; margin: 0; accent-color: var(--accent); }
.hint { margin: -8px 0 18px; color: var(--soft); font-size: 15px; line-height: 1.5; }
.rows { list-style: none; margin: 0; padding: 0; }
.rows li {
  display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: flex-start; justify-content: space-between;
  padding: 14px 0; border-top: 1px solid var(--line);
}
.rows li:first-child { border-top: 0; padding-top: 4px; }
.rows li:last-child { padding-bottom: 0; }
.rows div { flex: 1 1 280px; min-width: 0; }
.rows strong { overflow-wrap: anywhere; }
.rows p { margin: 2px 0 0; color: var(--soft); font-size: 15px; line-height: 1.55; }
.rows form { margin: 0; padding: 0; border: 0; }
.plain { margin: 0; padding-left: 20px; font-size: 16px; line-height: 1.5; }
.plain li + li { margin-top: 6px; }
.badge {
  display: inline-block; padding: 1px 9px; border-radius: 99px; background: var(--accent-wash); color: var(--accent);
  font-size: 13px; font-weight: 600; line-height: 1.6; white-space: nowrap;
}
.rows .badges { display: flex; flex-wrap: wrap; gap: 6px; margin: 6px 0; }
.links { display: flex; flex-wrap: wrap; gap: 4px 24px; }
.links a { padding: 8px 0; }
code { font: 0.92em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
.choice code { margin-left: 4px; color: var(--soft); }
.secret { margin: 0 0 14px; padding: 14px; border-radius: 11px; background: var(--accent-wash); }
.secret code { user-select: all; -webkit-user-select: all; }
.notice { margin: 20px 0 0; padding: 12px 14px; border-radius: 11px; background: var(--warn-wash); color: var(--warn); font-size: 16px; line-height: 1.5; }
.notice.good { background: var(--accent-wash); color: var(--accent); }
.small { margin-top: 18px; color: var(--soft); font-size: 15px; line-height: 1.5; }
.code {
  margin: 22px 0; padding: 20px 8px; border-radius: 14px; background: var(--accent-wash); text-align: center;
  font: 650 clamp(36px, 12vw, 52px)/1.1 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  letter-spacing: 0.06em; font-variant-numeric: tabular-nums;
}
.code span + span { margin-left: 0.32em; }
footer { padding: 22px 8px 0; color: var(--soft); font-size: 14px; text-align: center; }
@media (max-width: 400px) { .card { padding: 24px 18px; } }
`

/** The one stylesheet of the pages. It is inline, and the page's policy allows exactly this text by its hash. */
export const styleElement: Html = { html: `<style>${stylesheet}</style>` }

/** Scripts, frames and everything from elsewhere stay out, but for the avatars of Discord. */
export const pagePolicy = {
  defaultSrc: ["'none'"],
  styleSrc: [`'sha256-${createHash('sha256').update(stylesheet).digest('base64')}'`],
  imgSrc: ['https://cdn.discordapp.com'],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
}
