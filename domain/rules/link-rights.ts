/** How a link came to be: by the password, by a code from the mail, by an operator's word, or from an operator's file. */
export const linkMethods = ['web', 'mail', 'operator', 'import'] as const
export type LinkMethod = (typeof linkMethods)[number]

/**
 * The methods whose links carry the rights of admins and owners. Who reads somebody's mail has not shown to be them, and nobody has
 * proved anything for a line of a file.
 */
export const methodsWithRights: readonly LinkMethod[] = ['web', 'operator']

/** Whether a link that came to be so carries them. */
export const carriesRights = (method: LinkMethod): boolean => methodsWithRights.includes(method)
