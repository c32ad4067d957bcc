// A database and a user for each environment, each user bound to its own. Run once as an administrator:
//
//   PRO_PASSWORD=$(openssl rand -hex 32) DEV_PASSWORD=$(openssl rand -hex 32) mongosh --file infra/mongodb/create-users.js
//
// The addresses are then JOBS_URL=mongodb://guildpost:…@mongo.example.org:27017/guildpost and
// mongodb://guildpost_dev:…@mongo.example.org:27017/guildpost_dev. Only where jobs are kept in MongoDB; Postgres does as well.
/* global db, process */

for (const [name, password] of [
  ['guildpost', process.env.PRO_PASSWORD],
  ['guildpost_dev', process.env.DEV_PASSWORD],
]) {
  if (!password) throw new Error(`Set the password of ${name}: PRO_PASSWORD and DEV_PASSWORD.`)
  db.getSiblingDB(name).createUser({
    user: name,
    pwd: password,
    roles: [{ role: 'readWrite', db: name }],
  })
}
