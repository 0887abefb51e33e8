/** What the service answers to a question for a diff, of which nothing is typed that nobody asks for. */
import type { Http } from '../server.js';

export interface Change {
  matter: string;
  change: string;
  fields: string[];
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  causes: { id: string; position: number; reason?: string }[];
}

export interface Part {
  totals: { panel: string; actor: string; of: string; unit: string; before: object; after: object }[];
  changes: Change[];
}

export interface Diff {
  knowledge: Part;
  world: Part;
  next: string | null;
}

export async function askDiff(http: Http, slug: string, query: string): Promise<Diff> {
  const { body } = await http.get(`/v1/timelines/${slug}/diff?limit=1000&${query}`).expect(200);
  return body as Diff;
}
