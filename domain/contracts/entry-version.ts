/**
 * Whether an entry's version is a CSN (change sequence number, as in OpenLDAP's `entryCSN`), whose parts stand between `#`: no two
 * states of an entry share one. Any other version is the time of the last change in seconds, or nothing: an entry may have changed since
 * and still have the same one.
 */
export const isCsn = (version: string): boolean => version.includes('#')
