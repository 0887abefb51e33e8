import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { INestApplicationContext } from '@nestjs/common';
import {
  CreateTimeline,
  GetTimeline,
  ListTimelines,
  RecordDevelopments,
  TimelineExists,
} from '#libs/timelines';
import { readCreateTimelineBody } from './timelines/create-timeline-body.js';

/** Beside the sources, and beside what is built from them. */
const folder = new URL('../sample/us-venezuela-2025/', import.meta.url);

/**
 * Gives an empty database the sample timeline; a first start that was cut short is completed by the next one.
 * What already holds a timeline of somebody's own is left alone.
 *
 * @returns the number of developments that it holds now, or undefined where nothing was to be done
 */
export async function loadSample(app: INestApplicationContext): Promise<number | undefined> {
  const commands = app.get(CommandBus);
  const queries = app.get(QueryBus);
  const timeline = readCreateTimelineBody(JSON.parse(await readSampleFile('timeline.json')));
  const { items } = await queries.execute(new ListTimelines({ limit: 2 }, null));
  if (items.length === 0) {
    await commands.execute(new CreateTimeline({ ...timeline })).catch((error: unknown) => {
      // Another start was first; what both record has the same ids, and counts once.
      if (!(error instanceof TimelineExists)) throw error;
    });
  } else if (items.length > 1 || items[0]!.slug !== timeline.slug || items[0]!.size > 0) return undefined;
  const lines = (await readSampleFile('developments.ndjson')).trim().split('\n');
  const bodies = lines.map((line) => JSON.parse(line) as unknown);
  await commands.execute(
    new RecordDevelopments({
      timeline: timeline.slug,
      bodies,
      pointers: 'array',
      recordedBy: 'dateline',
      mayNotRecord: new Map(),
    }),
  );
  return (await queries.execute(new GetTimeline(timeline.slug))).size;
}

function readSampleFile(name: string): Promise<string> {
  return readFile(fileURLToPath(new URL(name, folder)), 'utf8');
}
