/** The process that makes the load: takes one LoadPlan over IPC, answers with one LoadResult, and ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpConnection } from './http-connection.js';
import type { LoadPlan, LoadResult } from './http-load-plan.js';
import { percentile } from './measure.js';
import { realisticDevelopment } from './realistic-development.js';
import { sampleDevelopment, secondOf } from './sample-development.js';

process.once('message', (plan: LoadPlan) => {
  run(plan).then(
    (result) => process.send!(result, () => process.disconnect()),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
});

async function run(plan: LoadPlan): Promise<LoadResult> {
  const next = requests(plan);
  const statuses: Record<string, number> = {};
  const latencies: number[] = [];
  const result = { created: 0, counted: 0, firstUnexpected: null as string | null };
  let measuring = plan.total !== null;
  let stopped = false;

  const connections = await Promise.all(
    Array.from({ length: plan.connections }, () => HttpConnection.open(plan.port)),
  );
  const drive = async (connection: HttpConnection): Promise<void> => {
    for (let request = next(); request !== null && !stopped; request = next()) {
      const sent = performance.now();
      const answer = await connection.send(request);
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      if (answer.status === plan.expect) {
        result.created += plan.batch;
        if (!measuring) continue;
        result.counted += plan.batch;
        latencies.push(performance.now() - sent);
      } else {
        result.firstUnexpected ??= `${answer.status} ${answer.body.toString()}`;
      }
    }
  };

  const cpuBefore = process.cpuUsage();
  let began = performance.now();
  const driving = Promise.all(connections.map(drive));
  if (plan.total === null) {
    await Promise.race([sleep(plan.warmup * 1000), driving]);
    measuring = true;
    began = performance.now();
    await Promise.race([sleep(plan.seconds * 1000), driving]);
    measuring = false;
    stopped = true;
  } else {
    await driving;
  }
  const elapsed = (performance.now() - began) / 1000;
  await driving;
  for (const connection of connections) connection.close();
  const { user, system } = process.cpuUsage(cpuBefore);
  const timed = latencies.length > 0 ? latencies : [NaN];
  return {
    ...result,
    elapsed,
    statuses,
    p50: percentile(timed, 50),
    p99: percentile(timed, 99),
    cpu: (user + system) / 1e6,
  };
}

/** Gives one request after the other as it stands on the wire, and null once `total` is reached. */
function requests(plan: LoadPlan): () => string | null {
  const key = plan.authorization === null ? '' : `Authorization: ${plan.authorization}\r\n`;
  const head = `POST ${plan.path} HTTP/1.1\r\nHost: 127.0.0.1:${plan.port}\r\n${key}Content-Type: application/json\r\n`;
  let sent = 0;
  let request = 0;
  return () => {
    if (plan.total !== null && sent >= plan.total) return null;
    const newMatter = `${plan.run}-${request++}`;
    const items = Array.from({ length: plan.batch }, () => {
      const n = plan.first + sent++;
      if (plan.newsroom) return realisticDevelopment(plan.run, n, plan.newsroom);
      const matter = plan.matters > 0 ? `matter-${n % plan.matters}` : newMatter;
      return sampleDevelopment(plan.run, n, matter, secondOf(n, plan.world));
    });
    const body = JSON.stringify(plan.batch === 1 ? items[0] : items);
    // The samples are ASCII, so characters are bytes.
    return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  };
}
