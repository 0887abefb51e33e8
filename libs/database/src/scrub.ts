import pg from 'pg';

/** What a scrub did, and what it could not. */
export interface Scrubbed {
  /** Tables whose files were written anew. */
  tables: number;
  /** Segments of the write-ahead log that were there before, and those of them that still are. */
  segments: number;
  segmentsLeft: number;
  /** What this role may not do here, in words: it is for whoever runs the server. */
  left: string[];
}

/** More segments than a server of usual settings keeps; each takes a switch and a checkpoint. */
const mostSwitches = 300;

/**
 * Takes what was deleted off the database's own files. Tables and their indexes are written anew, with them the
 * statistics, which quote values. The write-ahead log keeps old segments under new names, and their bytes until they are
 * written over: so it is switched, without recycling, until each file that was there at the start is gone or overwritten.
 *
 * Every table is locked while it is rewritten; appends and answers wait for that long.
 *
 * @param url of the tables' owner; for the log, of a superuser
 */
export async function scrub(url: string): Promise<Scrubbed> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'dateline scrub',
    lock_timeout: 60_000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    const left: string[] = [];
    const attempt = async (what: string, work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        if ((error as { code?: string }).code !== '42501') throw error;
        left.push(what);
      }
    };
    const tables = await rewriteTables(client);
    await attempt('the statistics of the planner are not rewritten: that takes a superuser', async () => {
      await client.query('vacuum full pg_catalog.pg_statistic');
    });
    let log = { segments: 0, segmentsLeft: 0 };
    await attempt('the write-ahead log is not switched: that takes a superuser', async () => {
      log = await overwriteLog(client);
    });
    return { tables, ...log, left };
  } finally {
    await client.end().catch(() => {});
  }
}

async function rewriteTables(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname = 'public' order by c.relname`,
  );
  for (const { name } of rows) await client.query(`vacuum (full, analyze) ${name}`);
  return rows.length;
}

async function overwriteLog(client: pg.Client): Promise<{ segments: number; segmentsLeft: number }> {
  const asWas = await restoringOf(client);
  await client.query('alter system set wal_recycle = off');
  try {
    await client.query('select pg_reload_conf()');
    const before = await segmentsOf(client);
    let left = before;
    for (let turn = 0; left.length > 0 && turn < mostSwitches; turn++) {
      // A switch right behind another does nothing: there must be something in between.
      await client.query(`select pg_logical_emit_message(true, 'dateline', 'scrub')`);
      await client.query('select pg_switch_wal()');
      await client.query('checkpoint');
      const now = new Set(await segmentsOf(client));
      left = left.filter((name) => now.has(name));
    }
    return { segments: before.length, segmentsLeft: left.length };
  } finally {
    await client.query(asWas);
    await client.query('select pg_reload_conf()');
  }
}

/** The statement that puts wal_recycle back to where its operator had it, if at all, by `alter system`. */
async function restoringOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('alter system set wal_recycle = %L', setting) as statement
     from pg_file_settings where name = 'wal_recycle' and sourcefile like '%/postgresql.auto.conf'`,
  );
  return rows[0]?.statement ?? 'alter system reset wal_recycle';
}

async function segmentsOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$' order by name`,
  );
  return rows.map(({ name }) => name);
}
