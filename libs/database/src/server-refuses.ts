import { DatabaseUnusable } from './database-unusable.js';

const credentials = 'Mend the user and password in DATABASE_URL, or let that user in (pg_hba.conf).';

/** What mends it, by the SQLSTATE with which a server keeps somebody out. */
const mends: Record<string, string> = {
  '28000': credentials,
  '28P01': credentials,
  '3D000': 'Create the database (createdb), or mend its name in DATABASE_URL.',
  '42501': 'Grant it to the user of DATABASE_URL, who had best own the database.',
};

/** Undefined where the server keeps nobody out. */
export function refusalOfServer(error: unknown): DatabaseUnusable | undefined {
  const { code = '', message } = error as Error & { code?: string };
  if (!Object.hasOwn(mends, code)) return undefined;
  const words = `The server of DATABASE_URL refuses: ${message}. ${mends[code]}`;
  return new DatabaseUnusable('server-refuses', words, { cause: error });
}
