/** What an import has done so far, and how it is told. */
export class ImportTally {
  private recorded = 0;
  private duplicates = 0;
  private wouldRecord: number | undefined;
  private withoutId = 0;
  private readonly refused: { line: number; problem: LineProblem }[] = [];
  /** Why it ended before its last line, where no line is at fault. */
  private failure: string | undefined;

  constructor(
    private readonly json: boolean,
    private readonly onProgress: (lines: number) => void,
  ) {}

  receive(receipts: readonly { duplicate: boolean }[]): void {
    for (const { duplicate } of receipts) {
      if (duplicate) this.duplicates++;
      else this.recorded++;
    }
    this.onProgress(this.recorded + this.duplicates);
  }

  rehearse(lines: { wouldRecord: number; duplicates: number; withoutId: number }): void {
    this.wouldRecord = (this.wouldRecord ?? 0) + lines.wouldRecord;
    this.duplicates += lines.duplicates;
    this.withoutId += lines.withoutId;
    this.onProgress(this.wouldRecord + this.duplicates);
  }

  refuse(line: number, problem: LineProblem): void {
    // Told at once: of a long file there may be more than anybody wants to keep.
    if (!this.json) console.error(sentenceOf(line, problem));
    this.refused.push({ line, problem });
  }

  fail(reason: string): void {
    this.failure = reason;
  }

  /** Prints what was done, and gives the exit code. */
  conclude(): number {
    const { recorded, duplicates, wouldRecord, withoutId, refused, failure } = this;
    const rehearsed = wouldRecord !== undefined;
    if (this.json) {
      const counts = rehearsed ? { wouldRecord, duplicates, withoutId } : { recorded, duplicates };
      console.log(JSON.stringify({ ...counts, refused, ...(failure !== undefined && { failure }) }));
    } else {
      if (failure !== undefined) console.error(`dateline: ${failure}`);
      const what = rehearsed ? `${wouldRecord} would be recorded` : `${recorded} recorded`;
      console.log(`${what}, ${duplicates} were there already, ${refused.length} refused`);
      if (withoutId > 0) {
        console.log(`${withoutId} have no id: imported twice, they are recorded twice`);
      }
    }
    return refused.length > 0 || failure !== undefined ? 1 : 0;
  }
}

/** As RFC 9457 has it, as far as it is told here. */
export interface LineProblem {
  code: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}

/** An error of the libraries, as a problem. @throws the error, where it is none that a line can be blamed for */
export function problemOf(error: unknown): LineProblem {
  const { code, detail, problems, message } = error as Partial<LineProblem & Error> & {
    problems?: { pointer: string; detail: string }[];
  };
  if (typeof code !== 'string' || !/^[a-z][a-z0-9-]*$/.test(code)) throw error;
  return { code, detail: detail ?? message ?? code, ...(problems && { errors: problems }) };
}

function sentenceOf(line: number, { code, detail, errors = [] }: LineProblem): string {
  const faults = errors.map((each) => `  ${each.pointer || 'all of it'}: ${each.detail}`);
  return [`line ${line}: ${code}`, ...(faults.length > 0 ? faults : [`  ${detail}`])].join('\n');
}
