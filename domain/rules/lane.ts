/** How many lanes the lists are spread over; a lane's changes are applied one list at a time. */
export const laneCount = 16

/** The lane of a list: the last four bits of its id, which are random in a UUIDv7 (RFC 9562, section 5.7). */
export const laneOf = (listId: string): number => Number.parseInt(listId.slice(-1), 16) % laneCount
