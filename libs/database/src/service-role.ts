import pg from 'pg';
import { withStartupOption } from './startup-option.js';

/** Owns the embedded database and its tables; migrations run as this role. */
export const ownerRole = 'dateline_owner';
/** Owns the one function that destroys the content of an entry; nobody logs in as this role. */
export const redactorRole = 'dateline_redactor';
/** What the service is while it serves: it has what the migrations grant to it, and nothing by ownership. */
export const serviceRole = 'dateline_service';

/**
 * On a server that is not ours: makes the service's role, which cannot log in, and gives an address under which
 * the URL's user becomes it at once, at every connection. Makes the redactor's role too, if it may. Safe when several
 * processes do it at the same time.
 *
 * @returns undefined when the user may not make the role or become it
 */
export async function assumeServiceRole(url: string, role = serviceRole): Promise<string | undefined> {
  await withClient(url, async (client) => {
    await makeRole(client, redactorRole);
    await makeRole(client, role);
  });
  const serviceUrl = withStartupOption(url, `-c role=${role}`);
  try {
    const found = await withClient(serviceUrl, async (client) => {
      const { rows } = await client.query<{ role: string }>('select current_user::text as role');
      return rows[0]?.role;
    });
    // A connection pooler may have dropped the option without a word.
    return found === role ? serviceUrl : undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

async function makeRole(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ member: boolean | null }>(
    `select (select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = $1) as member`,
    [role],
  );
  if (rows[0]!.member === null) await tolerating(client, `create role ${role} nologin`);
  if (rows[0]!.member !== true) await tolerating(client, `grant ${role} to current_user`);
}

/** Roles belong to the whole cluster, so another database's start may be at the same row. */
async function tolerating(client: pg.Client, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(statement);
      return;
    } catch (error) {
      if (isRefusal(error)) return;
      const { code, message } = error as { code?: string; message: string };
      // duplicate_object; unique_violation, when both inserted at once.
      if (code === '42710' || (code === '23505' && /pg_authid|pg_auth_members/.test(message))) return;
      if (!/concurrently updated/.test(message) || attempt === 5) throw error;
    }
  }
}

/** insufficient_privilege; undefined_object and invalid_parameter_value, for a role that is not there. */
function isRefusal(error: unknown): boolean {
  return ['42501', '42704', '22023', '0LP01', '28000'].includes((error as { code?: string }).code ?? '');
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 10_000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
