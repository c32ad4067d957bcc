/** How long the bot has for its first answer. https://docs.discord.com/developers/interactions/receiving-and-responding */
export const acknowledgeWithinMs = 3000

/** How long it may edit and follow up after that, counted from what the person did. */
export const tokenLifeMs = 15 * 60_000
