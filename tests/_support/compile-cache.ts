/**
 * For the environment of a Node that a test starts: where what Node has compiled is kept (vitest.config.ts), so that only the first
 * process pays for it. It has no influence on what a program does.
 */
export const compileCache = { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }
