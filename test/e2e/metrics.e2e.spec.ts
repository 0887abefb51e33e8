import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

describe('the metrics', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    await server.http
      .post('/v1/timelines')
      .send({ ...timeline, slug: 'a-private-story', visibility: 'private' })
      .expect(201);
    const bodies = [development({ id: 'a' }), development({ id: 'b' })];
    await server.http.post('/v1/timelines/a-private-story/developments').send(bodies).expect(201);
    await server.http.get('/v1/timelines/a-private-story').expect(200);
    await server.http.get('/v1/timelines/nobody/situation').expect(404);
  });
  afterAll(() => server.close());

  it('count what was asked and recorded, and name no timeline', async () => {
    const { text, headers } = await server.http.get('/metrics').expect(200);
    expect(headers['content-type']).toMatch(/^text\/plain/);
    for (const line of [
      'dateline_appended_entries_total 2',
      'dateline_append_batches_total 1',
      'dateline_append_queue_entries 0',
      'dateline_open_streams 0',
      'dateline_database_up 1',
      'dateline_timelines 1',
      'dateline_verification_wrong_timelines 0',
      'dateline_http_request_duration_seconds_count{method="GET",route="/v1/timelines/:timeline",status="2xx"} 1',
      'dateline_http_request_duration_seconds_count{method="GET",route="/v1/timelines/:timeline/situation",status="4xx"} 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toMatch(/^dateline_index_lag_entries [02]$/m);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain('a-private-story');
    // Counters go on; they are not added up anew at each scrape.
    expect((await server.http.get('/metrics')).text).toContain('dateline_appended_entries_total 2\n');
  });

  it('are for auditors and admins of all timelines', async () => {
    await (await server.as('auditor')).get('/metrics').expect(200);
    await (await server.as('recorder')).get('/metrics').expect(403);
    await (await server.as('auditor', { timelines: ['a-private-story'] })).get('/metrics').expect(403);
    await server.anonymous.get('/metrics').expect(401);
  });
});
