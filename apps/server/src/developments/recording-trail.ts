import type { FastifyRequest } from 'fastify';
import { type Access, type GateAction, recordGateEvent } from '#libs/access';
import type { NdjsonLine } from '#libs/exchange';
import type { ImportStep, Receipt } from '#libs/timelines';
import { callerOf } from '../access/caller.js';

/** Types that need a role of their own, as the trail calls them. */
const noted: Record<string, GateAction> = {
  'record.redacted': 'redaction',
  'record.embargo-lifted': 'embargo-lifted',
};

interface Decision {
  action: GateAction;
  target: unknown;
}

/** What the trail of the gate keeps of recording: the decisions that not every recorder may make, and imports. */
export class RecordingTrail {
  constructor(
    private readonly access: Access,
    private readonly request: FastifyRequest,
    private readonly timeline: string,
  ) {}

  /** Of developments that are recorded, in the order of their receipts. */
  async keep(bodies: unknown[], receipts: Receipt[]): Promise<void> {
    for (const [index, body] of bodies.entries()) {
      const decision = decisionOf(body);
      if (decision && receipts[index]?.duplicate === false) await this.write(decision, receipts[index]);
    }
  }

  /** An import's lines and what becomes of them, passed on as they come; kept once it is over, however it ends. */
  watch(lines: AsyncIterable<NdjsonLine[]>) {
    const decisions = new Map<number, Decision>();
    let receipts = 0;
    const readLines = async function* () {
      let read = 0;
      for await (const group of lines) {
        for (const line of group) {
          const decision = 'value' in line ? decisionOf(line.value) : undefined;
          if (decision) decisions.set(read, decision);
          read++;
        }
        yield group;
      }
    };
    const watchSteps = async function* (this: RecordingTrail, steps: AsyncGenerator<ImportStep, void, void>) {
      try {
        for await (const step of steps) {
          for (const receipt of step.receipts) {
            const decision = decisions.get(receipts++);
            if (decision && !receipt.duplicate) await this.write(decision, receipt);
          }
          yield step;
        }
      } finally {
        await this.event('import', { receipts });
      }
    };
    return { lines: readLines(), steps: watchSteps.bind(this) };
  }

  private write({ action, target }: Decision, { id, position }: Receipt): Promise<void> {
    return this.event(action, { id, position, target });
  }

  private async event(action: GateAction, detail: Record<string, unknown>): Promise<void> {
    const { keyId = null, role = null } = callerOf(this.request);
    const { ip: address, method, routeOptions } = this.request;
    await recordGateEvent(this.access.pool, {
      ...{ action, at: this.access.clock(), keyId, role, address, timeline: this.timeline, detail },
      route: `${method} ${routeOptions.url}`,
    });
  }
}

function decisionOf(body: unknown): Decision | undefined {
  const { type, target } = (body ?? {}) as { type?: unknown; target?: unknown };
  const action = typeof type === 'string' && Object.hasOwn(noted, type) ? noted[type] : undefined;
  return action && { action, target };
}
