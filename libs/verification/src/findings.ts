/** What is wrong in a record, and where. */
export type FindingCode =
  // Of the ledger's rows.
  | 'position-missing'
  | 'position-unexpected'
  | 'entry-missing'
  | 'payload-row-missing'
  | 'entry-malformed'
  | 'entry-differs'
  | 'recorded-at-decreases'
  | 'leaf-hash-differs'
  | 'payload-digest-differs'
  | 'payload-malformed'
  | 'columns-differ'
  | 'version-differs'
  | 'id-repeated'
  | 'payload-missing'
  | 'redacted-still-there'
  | 'redacts-nothing'
  | 'outside-the-ledger'
  // Of what is built over them.
  | 'head-differs'
  | 'head-missing'
  | 'tile-differs'
  | 'tile-missing'
  | 'root-differs'
  | 'kept-entry-differs'
  | 'kept-refused'
  // Of the read models.
  | 'slots-differ'
  | 'notes-differ'
  | 'matter-differs'
  | 'matter-parked'
  | 'matter-of-nothing'
  | 'fold-differs'
  // Of what readers are shown: the desk's decisions, what is withheld, what the log is filtered by.
  | 'decision-differs'
  | 'withheld-differs'
  | 'redaction-differs'
  | 'index-differs'
  | 'row-of-nothing'
  // Of any of these: what cannot be read, and was not looked at.
  | 'unreadable';

export interface Finding {
  code: FindingCode;
  /** The first position at which it shows. */
  position: number;
  /** Of the read models: the matter. */
  matter?: string;
  detail: string;
}

/** What is wrong and where, without the words: a detail may quote what must be destroyed one day. */
export type FindingPlace = Omit<Finding, 'detail'>;

export function placeOf({ code, position, matter }: Finding): FindingPlace {
  return { code, position, ...(matter !== undefined && { matter }) };
}

/** Findings that are told one by one; more are only counted. */
const told = 100;

/** What follows from what: a wrong entry makes wrong tiles and slots too, and is the one to be named first. */
const layers: readonly FindingCode[][] = [
  [
    'head-differs',
    'head-missing',
    'tile-differs',
    'tile-missing',
    'root-differs',
    'kept-entry-differs',
    'kept-refused',
  ],
  [
    ...([
      'slots-differ',
      'notes-differ',
      'matter-differs',
      'matter-parked',
      'matter-of-nothing',
      'fold-differs',
    ] as const),
    ...([
      'decision-differs',
      'withheld-differs',
      'redaction-differs',
      'index-differs',
      'row-of-nothing',
      'unreadable',
    ] as const),
  ],
];

/** Gathers what is found; verifying goes on to the end, so that all of it is counted. */
export class Findings {
  readonly list: Finding[] = [];
  total = 0;
  private earliest: Finding | null = null;

  add(code: FindingCode, position: number, detail: string, matter?: string): void {
    const finding: Finding = { code, position, ...(matter !== undefined && { matter }), detail };
    this.total++;
    if (this.list.length < told) this.list.push(finding);
    if (this.earliest === null || comesBefore(finding, this.earliest)) this.earliest = finding;
  }

  /** The one to look at first: the ledger's before what is built over it, then by position. */
  get first(): Finding | null {
    return this.earliest;
  }
}

function comesBefore(a: Finding, b: Finding): boolean {
  const layerOf = ({ code }: Finding) => layers.findIndex((codes) => codes.includes(code)) + 1;
  const order = layerOf(a) - layerOf(b) || a.position - b.position;
  return order < 0;
}
