import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { describeSchema } from '#libs/database';
import { createEmptyDatabase, type TestDatabase } from '../../../test/support/database.js';

describe('the description of a schema', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createEmptyDatabase();
  });
  afterEach(() => database.drop());

  it('tells all that migrations make, and nothing of extensions or of Kysely', async () => {
    await run(`
      create extension btree_gist;
      create type mood as enum ('calm', 'grave');
      create domain slug as text collate "C" default 'x' not null constraint slug_form check (value ~ '^[a-z]+$');
      create table kysely_migration (name text);
      create table parent (
        id int8 generated always as identity constraint parent_pk primary key,
        name slug not null default 'x',
        double int4 generated always as (length(name)) stored,
        mood mood
      ) with (fillfactor = 50);
      create index parent_name on parent (name) where mood is not null;
      create table child (parent int8 constraint child_parent references parent, during int8range,
        constraint child_once exclude using gist (parent with =, during with &&));
      create view grave as select p.id, c.during from parent p join child c on c.parent = p.id;
      create function touch() returns trigger language plpgsql security definer as 'begin return new; end';
      revoke execute on function touch from public;
      grant execute on function touch to dateline_service;
      create trigger parent_touch before update on parent for each row execute function touch();
      grant select, insert on parent to dateline_service;
      grant update (mood) on parent to dateline_service;
      grant select on grave to public;`);
    expect(await describeSchema(database.ownerUrl)).toBe(expected);
  });

  it('is the same whatever the order in which things were made', async () => {
    await run(
      'create table a (n int); create table b (n int); create index y on a (n); create index x on a (n)',
    );
    const before = await describeSchema(database.ownerUrl);
    await run('drop table b, a; create table b (n int); create table a (n int); create index x on a (n)');
    await run('create index y on a (n)');
    expect(await describeSchema(database.ownerUrl)).toBe(before);
  });

  async function run(statements: string): Promise<void> {
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    await client.query(statements).finally(() => client.end());
  }
});

const expected = String.raw`create extension btree_gist;

create type mood as enum ('calm', 'grave');

create domain slug as text collate "C" default 'x'::text not null constraint slug_form CHECK ((VALUE ~ '^[a-z]+$'::text));

create table child (
  parent bigint,
  during int8range,
  constraint child_once EXCLUDE USING gist (parent WITH =, during WITH &&),
  constraint child_parent FOREIGN KEY (parent) REFERENCES parent(id)
);

create table parent (
  id bigint generated always as identity not null,
  name slug default 'x'::text not null,
  double integer generated always as (length((name)::text)) stored,
  mood mood,
  constraint parent_pk PRIMARY KEY (id)
) with (fillfactor=50);

CREATE INDEX parent_name ON public.parent USING btree (name) WHERE (mood IS NOT NULL);

create view grave as
 SELECT p.id,
    c.during
   FROM parent p
     JOIN child c ON c.parent = p.id;

CREATE OR REPLACE FUNCTION public.touch()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
AS $function$begin return new; end$function$;

CREATE TRIGGER parent_touch BEFORE UPDATE ON public.parent FOR EACH ROW EXECUTE FUNCTION touch();

grant select on grave to public;

grant insert, select on parent to dateline_service;
grant update (mood) on parent to dateline_service;

grant execute on function touch() to dateline_service;
revoke execute on function touch() from public;
`;
