/** Bytes as a whole number of megabytes, for people. */
export const megabytes = (bytes: number): string => String(Math.round(bytes / 1024 / 1024))
