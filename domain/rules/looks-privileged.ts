/** Names that groups commonly have on which rights hang: of systems and of directories. */
const words = new Set([
  'admin',
  'admins',
  'administrator',
  'administrators',
  'adm',
  'root',
  'sudo',
  'sudoers',
  'wheel',
  'operators',
  'ops',
  'sysadmin',
  'sysadmins',
  'superuser',
  'superusers',
  'domainadmins',
  'security',
  'vpn',
  'ssh',
  'docker',
])

/** Whether a group sounds as if rights hang on it; for a person to look, never to decide by. */
export const looksPrivileged = (name: string): boolean =>
  words.has(name.toLowerCase().replaceAll(/[\s_-]/g, '')) ||
  name
    .toLowerCase()
    .split(/[\s_.-]+/)
    .some((word) => words.has(word))
