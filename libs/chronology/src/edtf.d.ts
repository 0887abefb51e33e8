/** What of the untyped `edtf` package is used: its parser, which answers with a plain syntax tree. */
declare module 'edtf' {
  export interface DateNode {
    type: 'Date';
    /** Year, month (from 0), day, hour, minute, second, milliseconds: as many as were written. */
    values: number[];
    /** Minutes east of UTC. Without an offset in the text it is the host's, and `timeZone` is undefined. */
    offset?: number;
    timeZone?: string;
  }

  export interface IntervalNode {
    type: 'Interval';
    /** Null for an end left out, Infinity for `..`. */
    values: [Node | number | null, Node | number | null];
  }

  export interface OtherNode {
    type: 'Season' | 'Year' | 'Decade' | 'Century' | 'Set' | 'List';
  }

  export type Node = DateNode | IntervalNode | OtherNode;

  /** Throws on what is not EDTF. */
  export function parse(text: string): Node;

  /** A parse with the package's own arithmetic (milliseconds); the specs show why it is not used. */
  export default function edtf(text: string): { min: number | null; max: number | null };
}
