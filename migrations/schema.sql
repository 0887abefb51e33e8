-- Made by npm run schema from these migrations. Not to be edited, nor to be run.
-- 0001-timelines-and-ledger sha256:cb1d2e6d139b280878e15cefc585c5614f6e256a5d677e3475d60b6e02cbb6f6
-- 0002-situations sha256:aaf52b5fa3d2a79ab8de690127fb623a9e84ed8d03467841caf03af056154f8e
-- 0003-access sha256:c43573bd94cfbd9ec3d0dc87b4710d48a67dd28b568ba2911ad66013b832c6c4
-- 0004-tiles sha256:683871d3e7ef926b8844ef5ada14038404c77660d8aa1fdf0306a2272f2006ea
-- 0005-generations sha256:a7c16725e4c2cb691cf41ef7207f775fa973f44a9b6fb75733265b22a00b9cb2
-- 0006-withheld sha256:2ddeb484dda53cfed5b24e1537cf4a1e4af60db0eb47b09cc8d6e15d3d31641b
-- 0007-registry sha256:a66796f6fbafa394087a828f50c475c3228ff195c2b68fa0a8ff7cc093170c38
-- 0008-verification sha256:35f74e36f0ec0ba37079da8314b406c1939d390e9b9b45d9c041d0369433b0c7
-- 0009-developments-of-matters sha256:e892dd10f36406fd5ec61b1f2edb771cc5594a9a597950bbded82f32d4d81b21
-- 0010-developments-by-time sha256:ee450e37371284e59d5e8c6f48061eafa893a103bc59ffa6009da851a8e8ea08
-- 0011-findings-without-words sha256:9a6427a91b75d34c723d607bf2db988a5e0525943c7b79c7569db826b807c7ba

create table access_key (
  id text collate "C" not null,
  digest bytea not null,
  role text not null,
  timelines text[] collate "C",
  label text not null,
  created_at bigint not null,
  created_by text not null,
  expires_at bigint,
  revoked_at bigint,
  ended boolean not null,
  replaced_by text collate "C",
  last_used_at bigint,
  constraint access_key_digest UNIQUE (digest),
  constraint access_key_pk PRIMARY KEY (id),
  constraint access_key_role CHECK ((role = ANY (ARRAY['reader'::text, 'recorder'::text, 'auditor'::text, 'admin'::text])))
) with (fillfactor=70);

create table decision (
  timeline text collate "C" not null,
  "position" bigint not null,
  target bigint not null,
  constraint decision_pk PRIMARY KEY (timeline, "position")
);

create table development (
  timeline text collate "C" not null,
  "position" bigint not null,
  earliest bigint,
  latest bigint,
  terms tsvector not null,
  matter text collate "C" not null,
  begins bigint,
  constraint development_pk PRIMARY KEY (timeline, "position")
);

create table gate_event (
  id uuid not null,
  at bigint not null,
  action text not null,
  key_id text collate "C",
  role text,
  route text,
  timeline text collate "C",
  address text,
  detail jsonb not null,
  times integer not null,
  last_at bigint not null,
  constraint gate_event_pk PRIMARY KEY (id)
);

create table ledger_entry (
  timeline text collate "C" not null,
  "position" bigint not null,
  recorded_at bigint not null,
  leaf_hash bytea not null,
  entry bytea not null,
  constraint ledger_entry_pk PRIMARY KEY (timeline, "position")
);

create table ledger_head (
  timeline text collate "C" not null,
  size bigint not null,
  tip bytea not null,
  recorded_at bigint not null,
  epoch integer default 0 not null,
  constraint ledger_head_pk PRIMARY KEY (timeline)
) with (fillfactor=10);

create table ledger_payload (
  timeline text collate "C" not null,
  "position" bigint not null,
  id text collate "C" not null,
  stream text collate "C" not null,
  version integer not null,
  salt bytea,
  payload bytea storage external,
  constraint ledger_payload_id UNIQUE (timeline, id),
  constraint ledger_payload_pk PRIMARY KEY (timeline, "position"),
  constraint ledger_payload_version UNIQUE (timeline, stream, version)
);

create table ledger_redaction (
  timeline text collate "C" not null,
  "position" bigint not null,
  by bigint not null,
  constraint ledger_redaction_pk PRIMARY KEY (timeline, "position")
);

create table ledger_tile (
  timeline text collate "C" not null,
  level integer not null,
  index bigint not null,
  root bytea not null,
  hashes bytea storage external not null,
  constraint ledger_tile_pk PRIMARY KEY (timeline, level, index),
  constraint ledger_tile_widths CHECK (((length(root) = 32) AND (length(hashes) = 8192)))
);

create table log_index (
  timeline text collate "C" not null,
  size bigint not null,
  redactions integer default 0 not null,
  constraint log_index_pk PRIMARY KEY (timeline)
);

create table matter (
  timeline text collate "C" not null,
  matter text collate "C" not null,
  first_position bigint not null,
  generation integer not null,
  constraint matter_pk PRIMARY KEY (timeline, generation, matter)
);

create table note (
  timeline text collate "C" not null,
  matter text collate "C" not null,
  begins bigint not null,
  latest bigint not null,
  "position" bigint not null,
  known_from bigint not null,
  known_to bigint not null,
  until bigint not null,
  earliest bigint not null,
  planned boolean not null,
  note json not null,
  generation integer not null,
  constraint note_pk PRIMARY KEY (timeline, generation, matter, begins, latest, "position", known_from)
);

create table parked_matter (
  timeline text collate "C" not null,
  matter text collate "C" not null,
  "position" bigint not null,
  reason text not null,
  generation integer not null,
  constraint parked_matter_pk PRIMARY KEY (timeline, generation, matter)
);

create table projection (
  timeline text collate "C" not null,
  generation integer not null,
  fold_version integer not null,
  state text not null,
  size bigint,
  aim bigint,
  last_matter text collate "C",
  redactions integer default 0 not null,
  started_at bigint,
  since bigint,
  constraint projection_pk PRIMARY KEY (timeline, generation),
  constraint projection_stands CHECK (((state = 'current'::text) OR (size IS NOT NULL))),
  constraint projection_state CHECK ((state = ANY (ARRAY['building'::text, 'current'::text, 'kept'::text, 'dropping'::text, 'dropped'::text])))
);

create table slot (
  timeline text collate "C" not null,
  matter text collate "C" not null,
  valid_from bigint not null,
  valid_to bigint not null,
  known_from bigint not null,
  state_position bigint not null,
  state_ordinal integer not null,
  generation integer not null,
  constraint slot_order CHECK ((valid_from < valid_to)),
  constraint slot_pk PRIMARY KEY (timeline, generation, matter, valid_from)
) with (fillfactor=70);

create table slot_past (
  timeline text collate "C" not null,
  matter text collate "C" not null,
  valid_from bigint not null,
  valid_to bigint not null,
  known_from bigint not null,
  known_to bigint not null,
  area box not null,
  state_position bigint not null,
  state_ordinal integer not null,
  generation integer not null,
  constraint slot_past_order CHECK (((valid_from < valid_to) AND (known_from < known_to)))
);

create table slot_state (
  timeline text collate "C" not null,
  "position" bigint not null,
  ordinal integer not null,
  state text not null,
  generation integer not null,
  constraint slot_state_pk PRIMARY KEY (timeline, generation, "position", ordinal)
);

create table timeline (
  slug text collate "C" not null,
  title text not null,
  timezone text not null,
  visibility text not null,
  created_at bigint not null,
  constraint timeline_pk PRIMARY KEY (slug),
  constraint timeline_visibility CHECK ((visibility = ANY (ARRAY['public'::text, 'private'::text])))
);

create table verification (
  timeline text collate "C" not null,
  under_way boolean not null,
  size bigint not null,
  "position" bigint not null,
  stream text collate "C",
  wrong bigint not null,
  first json,
  finished_at bigint,
  last_wrong bigint default 0 not null,
  rounds bigint default 0 not null,
  constraint verification_pk PRIMARY KEY (timeline)
);

create table verification_lease (
  name text collate "C" not null,
  holder text not null,
  until timestamp with time zone not null,
  constraint verification_lease_pk PRIMARY KEY (name)
);

create table withheld (
  timeline text collate "C" not null,
  "position" bigint not null,
  held boolean,
  embargoed boolean,
  until bigint,
  constraint withheld_pk PRIMARY KEY (timeline, "position")
);

CREATE INDEX decision_about ON public.decision USING btree (timeline, target, "position");

CREATE INDEX development_begins ON public.development USING btree (timeline, matter, begins) WHERE (begins IS NOT NULL);
CREATE INDEX development_by_begins ON public.development USING btree (timeline, begins) WHERE (begins IS NOT NULL);
CREATE INDEX development_by_latest ON public.development USING btree (timeline, latest) WHERE (latest IS NOT NULL);
CREATE INDEX development_terms ON public.development USING gin (terms);

CREATE INDEX gate_event_at ON public.gate_event USING btree (at, id);
CREATE INDEX gate_event_timeline ON public.gate_event USING btree (timeline, at, id);

CREATE INDEX ledger_payload_registry ON public.ledger_payload USING btree (timeline, "position") WHERE (strpos(stream, '/'::text) > 0);

CREATE UNIQUE INDEX projection_building ON public.projection USING btree (timeline) WHERE (state = 'building'::text);
CREATE UNIQUE INDEX projection_current ON public.projection USING btree (timeline) WHERE (state = 'current'::text);

CREATE INDEX slot_past_area ON public.slot_past USING gist (area);
CREATE INDEX slot_past_of_matter ON public.slot_past USING btree (timeline, generation, matter, known_from);

CREATE INDEX withheld_due ON public.withheld USING btree (until) WHERE embargoed;

CREATE OR REPLACE FUNCTION public.forget_failed_calls()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO '$user', 'public'
AS $function$
      with gone as (
        delete from gate_event
        where action in ('unauthenticated', 'call-denied')
          and last_at < (extract(epoch from now()) - 30 * 86400) * 1000
        returning 1
      )
      select count(*) from gone
    $function$;

CREATE OR REPLACE FUNCTION public.ledger_is_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    begin
      raise exception '% is append-only: % is refused', tg_table_name, tg_op
        using errcode = 'insufficient_privilege';
    end $function$;

CREATE OR REPLACE FUNCTION public.ledger_payload_is_redacted()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
    begin
      if new.payload is null and new.salt is null
        and row(new.timeline, new.position, new.id, new.stream, new.version)
          = row(old.timeline, old.position, old.id, old.stream, old.version)
        and exists (
          select from ledger_redaction r
          join ledger_payload p on p.timeline = r.timeline and p.position = r.by
          where r.timeline = old.timeline and r.position = old.position
            and convert_from(p.payload, 'UTF8')::json ->> 'type' = 'record.redacted'
            and convert_from(p.payload, 'UTF8')::json ->> 'target' = old.id
        )
      then
        return new;
      end if;
      raise exception 'ledger_payload is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
    end $function$;

CREATE OR REPLACE FUNCTION public.ledger_redact(of_timeline text, redaction bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    declare
      named text;
      doomed int8;
    begin
      select convert_from(payload, 'UTF8')::json ->> 'target' into named
      from ledger_payload
      where timeline = of_timeline and position = redaction
        and convert_from(payload, 'UTF8')::json ->> 'type' = 'record.redacted';
      select position into doomed
      from ledger_payload
      where timeline = of_timeline and id = named and position < redaction and payload is not null
        and convert_from(payload, 'UTF8')::json ->> 'type' <> 'record.redacted';
      if doomed is null then
        return null;
      end if;
      insert into ledger_redaction (timeline, position, by) values (of_timeline, doomed, redaction);
      update ledger_payload set payload = null, salt = null where timeline = of_timeline and position = doomed;
      return doomed;
    end $function$;

CREATE TRIGGER ledger_entry_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

CREATE TRIGGER ledger_payload_append_only BEFORE DELETE OR TRUNCATE ON public.ledger_payload FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER ledger_payload_redacted_only BEFORE UPDATE ON public.ledger_payload FOR EACH ROW EXECUTE FUNCTION ledger_payload_is_redacted();

CREATE TRIGGER ledger_redaction_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_redaction FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

CREATE TRIGGER ledger_tile_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_tile FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

grant insert, select, update on access_key to dateline_service;

grant delete, insert, select, update on decision to dateline_service;

grant delete, insert, select, update on development to dateline_service;

grant execute on function forget_failed_calls() to dateline_service;
revoke execute on function forget_failed_calls() from public;

grant insert, select on gate_event to dateline_service;
grant update (last_at) on gate_event to dateline_service;
grant update (times) on gate_event to dateline_service;

grant insert, select on ledger_entry to dateline_service;

grant insert, select, update on ledger_head to dateline_service;

grant insert, select on ledger_payload to dateline_service;
grant select on ledger_payload to dateline_redactor;
grant update (payload) on ledger_payload to dateline_redactor;
grant update (salt) on ledger_payload to dateline_redactor;

grant execute on function ledger_redact(of_timeline text, redaction bigint) to dateline_service;
revoke execute on function ledger_redact(of_timeline text, redaction bigint) from public;

grant insert, select on ledger_redaction to dateline_redactor;
grant select on ledger_redaction to dateline_service;

grant insert, select on ledger_tile to dateline_service;

grant delete, insert, select, update on log_index to dateline_service;

grant delete, insert, select, update on matter to dateline_service;

grant delete, insert, select, update on note to dateline_service;

grant delete, insert, select, update on parked_matter to dateline_service;

grant delete, insert, select, update on projection to dateline_service;

grant delete, insert, select, update on slot to dateline_service;

grant delete, insert, select, update on slot_past to dateline_service;

grant delete, insert, select, update on slot_state to dateline_service;

grant insert, select, update on timeline to dateline_service;

grant delete, insert, select, update on verification to dateline_service;

grant delete, insert, select, update on verification_lease to dateline_service;

grant delete, insert, select, update on withheld to dateline_service;
