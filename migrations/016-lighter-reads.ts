/**
 * What is asked every few seconds is found by an index of the few rows that it is about: reads of the directory that have not ended, the last
 * message that a channel took, who has a `gidNumber`, who is an admin, whose link ends since they are gone. And the incidents of a key, of
 * which there are more each day. The tables are taken at once, in the order in which alerts are written, for who migrates beside a running worker.
 */
export const up = `
  lock table incident, notice, sync_run, member, discord_link in access exclusive mode;

  create index sync_run_open on sync_run (created_at) where state in ('queued', 'running');

  -- In place of one of all that went to channels: it left out neither what was refused nor what was mailed instead.
  create index notice_taken on notice (ended_at) where destination_kind = 'channel' and message_id is not null and error is null;
  drop index notice_to_channel;

  create index incident_key on incident (key, resolved_at);

  create index member_gid on member (gid_number) where gid_number is not null;
  drop index member_admin;
  create index member_admin on member (id) where is_admin or admin_in_directory;
  create index member_gone on member (id) where state = 'gone';
  create index discord_link_leaving on discord_link (member_id) where unlinked_at is null and leaving_told_at is not null;
`

export const down = `
  drop index discord_link_leaving;
  drop index member_gone;
  drop index member_admin;
  create index member_admin on member (id) where is_admin;
  drop index member_gid;
  drop index incident_key;
  create index notice_to_channel on notice (ended_at) where destination_kind = 'channel';
  drop index notice_taken;
  drop index sync_run_open;
`
