import pg from 'pg';

/**
 * A database's schema `public` as SQL-like text, read from the catalogues: what the migrations made, in an order and a
 * spelling that do not depend on the server's version (15 to 18; but 15 spells out more of a view) or on the order in
 * which things were made. For people and for comparison, not for restoring; pg_dump does that, and the embedded Postgres
 * comes without it. Kysely's own tables and whatever belongs to an extension are left out.
 */
export async function describeSchema(url: string): Promise<string> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
  });
  await client.connect();
  try {
    // Definitions are spelt with schema names where the search path lacks them; it is always the stock one here.
    await client.query('set search_path = public');
    const paragraphs: string[] = [];
    for (const text of [extensions, types, tables, indexes, views, functions, triggers, grants]) {
      const { rows } = await client.query<{ text: string }>(text);
      paragraphs.push(...rows.map((row) => row.text.trimEnd()));
    }
    return `${paragraphs.join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

/** A condition on pg_class `c`. */
const ours = `c.relnamespace = 'public'::regnamespace and c.relname not like 'kysely\\_%'
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`;

const extensions = `
  select format('create extension %s;', extname) as text
  from pg_extension where extname <> 'plpgsql'
  order by extname collate "C"`;

const types = `
  select case t.typtype
    when 'e' then format('create type %I as enum (%s);', t.typname,
      (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid))
    else format('create domain %I as %s%s%s%s%s;', t.typname, format_type(t.typbasetype, t.typtypmod),
      (select format(' collate %I', collname) from pg_collation
       where oid = t.typcollation and oid <> (select typcollation from pg_type where oid = t.typbasetype)),
      ' default ' || t.typdefault, case when t.typnotnull then ' not null' end,
      (select string_agg(format(' constraint %I %s', conname, pg_get_constraintdef(oid)), '' order by conname collate "C")
       from pg_constraint where contypid = t.oid and contype = 'c'))
    end as text
  from pg_type t
  where t.typnamespace = 'public'::regnamespace and t.typtype in ('e', 'd')
    and not exists (select from pg_depend d
      where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
  order by t.typname collate "C"`;

// Not-null stands with its column; from 18 on it is a constraint in the catalogue too.
const tables = `
  with lines as (
    select a.attrelid as relation, 1 as part, a.attnum as place, '' as name,
      format('%I %s%s%s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
        (select format(' collate %I', o.collname) from pg_collation o
         where o.oid = a.attcollation and o.oid <> (select typcollation from pg_type where oid = a.atttypid)),
        case when a.attstorage <> (select typstorage from pg_type where oid = a.atttypid)
          then ' storage ' || case a.attstorage when 'e' then 'external' when 'm' then 'main'
            when 'p' then 'plain' else 'extended' end end,
        case when a.attidentity <> '' then format(' generated %s as identity',
          case a.attidentity when 'a' then 'always' else 'by default' end) end,
        (select case when a.attgenerated = 's' then format(' generated always as (%s) stored', e)
           else format(' default %s', e) end
         from pg_attrdef f, pg_get_expr(f.adbin, f.adrelid) e where f.adrelid = a.attrelid and f.adnum = a.attnum),
        case when a.attnotnull then ' not null' end) as line
    from pg_attribute a where a.attnum > 0 and not a.attisdropped
    union all
    select conrelid, 2, 0, conname, format('constraint %I %s', conname, pg_get_constraintdef(oid))
    from pg_constraint where contype not in ('n', 't')
  )
  select format(E'create %stable %I (\\n%s\\n)%s%s;', case when c.relpersistence = 'u' then 'unlogged ' end, c.relname,
    (select string_agg('  ' || line, E',\\n' order by part, place, name collate "C") from lines where relation = c.oid),
    case when c.relkind = 'p' then ' partition by ' || pg_get_partkeydef(c.oid) end,
    case when c.reloptions is not null then format(' with (%s)', array_to_string(c.reloptions, ', ')) end) as text
  from pg_class c where c.relkind in ('r', 'p') and ${ours}
  order by c.relname collate "C"`;

const indexes = `
  select string_agg(pg_get_indexdef(i.indexrelid) || ';', E'\\n' order by n.relname collate "C") as text
  from pg_index i join pg_class c on c.oid = i.indrelid join pg_class n on n.oid = i.indexrelid
  where ${ours} and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = i.indrelid)
  group by c.relname order by c.relname collate "C"`;

const views = `
  select format(E'create %sview %I as\\n%s', case when c.relkind = 'm' then 'materialized ' end, c.relname,
    pg_get_viewdef(c.oid, true)) as text
  from pg_class c where c.relkind in ('v', 'm') and ${ours}
  order by c.relname collate "C"`;

const functions = `
  select rtrim(pg_get_functiondef(p.oid), E' \\n') || ';' as text
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.prokind <> 'a'
    and not exists (select from pg_depend d
      where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  order by p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"`;

const triggers = `
  select string_agg(pg_get_triggerdef(t.oid) || ';', E'\\n' order by t.tgname collate "C") as text
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
  where not t.tgisinternal and ${ours}
  group by c.relname order by c.relname collate "C"`;

// What the owner has is left out: it has everything, and what everything is differs between versions.
const grants = `
  select string_agg(line, E'\\n' order by line collate "C") as text from (
    select c.relname, format('grant %s on %I to %s;',
      string_agg(lower(g.privilege_type), ', ' order by g.privilege_type), c.relname, g.grantee_name) as line
    from pg_class c, lateral (
      select privilege_type, coalesce((select quote_ident(rolname) from pg_roles where oid = grantee), 'public')
        as grantee_name, grantee
      from aclexplode(c.relacl)) g
    where c.relkind in ('r', 'p', 'v', 'm', 'S') and g.grantee <> c.relowner and ${ours}
    group by c.relname, g.grantee_name
    union all
    select c.relname, format('grant %s (%I) on %I to %s;', string_agg(lower(g.privilege_type), ', '
      order by g.privilege_type), a.attname, c.relname,
      coalesce((select quote_ident(rolname) from pg_roles where oid = g.grantee), 'public')) as line
    from pg_class c join pg_attribute a on a.attrelid = c.oid, lateral aclexplode(a.attacl) g
    where ${ours} group by c.relname, a.attname, g.grantee
    union all
    select p.proname, format('%s execute on function %I(%s) %s %s;', case when g.grantee is null then 'revoke' else 'grant' end,
      p.proname, pg_get_function_identity_arguments(p.oid), case when g.grantee is null then 'from' else 'to' end,
      coalesce((select quote_ident(rolname) from pg_roles where oid = g.grantee), 'public'))
    from pg_proc p, lateral (
      select grantee from aclexplode(p.proacl)
      union all select null where not exists (select from aclexplode(p.proacl) where grantee = 0)) g
    where p.pronamespace = 'public'::regnamespace and p.proacl is not null and g.grantee is distinct from p.proowner
  ) as granted
  group by relname order by relname collate "C"`;
