/** What people call a browser and the system that it runs on; null for what is not known by its name. */
export type NamedBrowser = { browser: string | null; system: string | null }

type Names = readonly (readonly [pattern: RegExp, name: string])[]

// From the particular to the general: nearly all of them call themselves Safari, and many of those Chrome too.
const browsers: Names = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome|Chromium)\//, 'Chrome'],
  [/\bVersion\/\S+ (?:Mobile\/\S+ )?Safari\//, 'Safari'],
  [/^curl\//, 'curl'],
]
const systems: Names = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

/** Reads a User-Agent header (RFC 9110, section 10.1.5), which may say anything. */
export const nameBrowser = (agent: string): NamedBrowser => ({
  browser: firstOf(browsers, agent),
  system: firstOf(systems, agent),
})

const firstOf = (names: Names, agent: string): string | null =>
  names.find(([pattern]) => pattern.test(agent))?.[1] ?? null
