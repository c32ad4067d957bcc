/** How much room V8 takes in the api, the bot and the worker. The npm scripts and the image say the same. */
export const nodeFlags = ['--max-semi-space-size=8', '--max-old-space-size=512']
