// Where Chromium or Chrome is: for prepare.mjs, which runs before anything is installed, and for the tests that need one.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const paths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The browser that CHROMIUM names, else the first one that is there. */
export function findBrowser({ CHROMIUM, PATH = '' }) {
  if (CHROMIUM) {
    if (existsSync(CHROMIUM)) return { path: CHROMIUM, missing: null }
    return { path: null, missing: `CHROMIUM is ${CHROMIUM}, and there is no such file` }
  }
  const folders = [...PATH.split(delimiter).filter((folder) => folder !== ''), '/usr/bin']
  const places = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...paths]
  const path = places.find((place) => existsSync(place)) ?? null
  return {
    path,
    missing: path === null ? 'there is no Chromium or Chrome here (CHROMIUM=/path names one)' : null,
  }
}
