import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { findBrowser } from '../../cli/find-browser.mjs'
import { cleanUpAfter } from './cleanup.ts'

const { path, missing } = findBrowser(process.env)

/** Tests in a real browser are left out where there is none. */
export const hasChromium = path !== null
if (missing !== null) console.warn(`Not tested in a browser: ${missing}.`)

export async function startChromium(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: path ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-lcd-text'],
  })
  cleanUpAfter(undefined, () => browser.close())
  return browser
}

/** Keeps what the browser complains about: what the page's policy forbids, and answers from 400 on. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}

/** Whether one has to scroll sideways. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth')

/** Takes a picture of what the window shows, or of a piece of the page, if PICTURES names the folder where to keep them. */
export async function picture(what: Page | Locator, name: string): Promise<void> {
  const folder = process.env['PICTURES']
  if (folder !== undefined) await what.screenshot({ path: `${folder}/${name}.png` })
}

/** The same of a page from its top to its bottom. */
export async function wholePicture(page: Page, name: string): Promise<void> {
  const folder = process.env['PICTURES']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}
