-- The two databases, each with a role of its own that can reach no other. Run once as a superuser:
--
--   psql --file infra/postgres/create.sql --variable pro_password="$(openssl rand -hex 32)" --variable dev_password="$(openssl rand -hex 32)"
--
-- Note the passwords first: they go into DATABASE_URL, postgres://guildpost:…@postgres.example.org:5432/guildpost and
-- postgres://guildpost_dev:…@postgres.example.org:5432/guildpost_dev. Then `npm run migrate` in each environment: it makes the
-- tables, and stamps the database with its environment.

\set ON_ERROR_STOP on

create role guildpost login password :'pro_password' nosuperuser nocreatedb nocreaterole;
create role guildpost_dev login password :'dev_password' nosuperuser nocreatedb nocreaterole;

-- Texts are sorted by their code points ('C', which Postgres itself does): with the system's rules, which change with its libraries, an upgrade
-- of Debian could leave indexes in another order than they are read in. Postgres 15 takes this, too; its own 'builtin' came with 17.
create database guildpost owner guildpost encoding 'UTF8' locale_provider libc lc_collate 'C' lc_ctype 'C.UTF-8' template template0;
create database guildpost_dev owner guildpost_dev encoding 'UTF8' locale_provider libc lc_collate 'C' lc_ctype 'C.UTF-8' template template0;

-- Everybody may connect to every database unless that is taken back.
revoke connect, temporary on database guildpost from public;
revoke connect, temporary on database guildpost_dev from public;

-- A role that dies in the middle, or waits for ever, must not keep rows locked.
alter role guildpost set idle_in_transaction_session_timeout = '60s';
alter role guildpost_dev set idle_in_transaction_session_timeout = '60s';
