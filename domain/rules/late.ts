/** What happened longer ago than this, in seconds, is told as something of the past. */
export const lateS = 60
