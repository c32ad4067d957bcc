/** How long somebody who is gone from the directory keeps their link: a mistake there can be mended meanwhile. */
export const graceDays = 7

/** However long they are gone already, they are told so long before. */
export const noticeDays = 1
