/** Requests to one operation of the document. */
import fc from 'fast-check';
import type { Operation } from '../../support/openapi.js';
import { oddTexts, tampered, type Values } from './values.js';

export interface FuzzRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** @param keys values of Authorization; undefined for none */
export function requestsOf(
  { method, path, operation }: Operation,
  values: Values,
  keys: (string | undefined)[],
): fc.Arbitrary<FuzzRequest> {
  const parameters = (operation.parameters ?? []) as { name: string; in: string; schema: object }[];
  const textOf = ({ name, schema }: { name: string; schema: object }) =>
    fc
      .oneof({ weight: 3, arbitrary: values.of(schema, name) }, fc.constantFrom(...oddTexts))
      .map(String)
      // What is beyond the head is waited for, for five seconds.
      .map((text) => (name === 'atLeast' && Number(text) > 0 ? '0' : text));
  const inPath = parameters.filter((each) => each.in === 'path');
  const inQuery = parameters.filter((each) => each.in === 'query');
  const inHead = parameters.filter((each) => each.in === 'header');
  return fc
    .record({
      ...{ method: fc.constant(method.toUpperCase()) },
      path: fc
        .tuple(fc.tuple(...inPath.map(textOf)), queryOf(inQuery, textOf))
        .map(([filled, query]) => addressOf(path, filled, query)),
      headers: fc
        .tuple(fc.constantFrom(...keys), headersOf(inHead, textOf), fc.constantFrom(...conditions))
        .map(([authorization, given, condition]) => ({
          ...(authorization !== undefined && { authorization }),
          ...(method === 'get' ? condition : {}),
          ...given,
        })),
      body: bodyOf(operation, values),
    })
    .map(({ body, headers, ...head }) => ({
      ...{ ...head, headers: { ...headers, ...body.headers } },
      ...(body.text !== undefined && { body: body.text }),
    }));
}

type Named = { name: string; schema: object };
type TextOf = (parameter: Named) => fc.Arbitrary<string>;

const conditions = [
  {},
  {},
  {},
  { 'if-none-match': '*' },
  { 'if-none-match': 'odd' },
  { accept: 'text/plain' },
];

/** Some of the parameters; now and then one twice, or one that there is not. */
function queryOf(parameters: Named[], textOf: TextOf): fc.Arbitrary<[string, string][]> {
  const strange = fc.tuple(
    fc.constantFrom('colour', '__proto__', 'limit', 'after'),
    fc.constantFrom('1', ''),
  );
  const known = fc
    .subarray(parameters, { maxLength: Math.min(4, parameters.length) })
    .chain((some) =>
      fc.tuple(...some.map((each) => textOf(each).map((text): [string, string] => [each.name, text]))),
    );
  const more = fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, fc.array(strange, { maxLength: 2 }));
  return fc.tuple(known, more).map(([some, others]) => [...some, ...others]);
}

function headersOf(parameters: Named[], textOf: TextOf): fc.Arbitrary<Record<string, string>> {
  const versions = ['"0"', '"1"', '"2"', '0', '3', '-1', '*'];
  return fc
    .subarray(parameters)
    .chain((some) =>
      fc.tuple(
        ...some.map((each) =>
          fc
            .oneof(fc.constantFrom(...versions), textOf(each))
            .map((text): [string, string] => [each.name, text.replace(/[^ -~]/g, '?')]),
        ),
      ),
    )
    .map((pairs) => Object.fromEntries(pairs));
}

function addressOf(path: string, filled: string[], query: [string, string][]): string {
  let n = 0;
  const place = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    // A tile's path has slashes in it. Nothing at all would be another route.
    const text = (filled[n++]! || '-').toWellFormed();
    return name === 'path' ? text.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(text);
  });
  if (query.length === 0) return place;
  return `${place}?${query.map((pair) => pair.map((text) => encodeURIComponent(text.toWellFormed())).join('=')).join('&')}`;
}

interface Body {
  text?: string;
  headers: Record<string, string>;
}

/** JSON mostly, lines where the operation takes them, text cut short or of another type now and then. */
function bodyOf({ requestBody }: any, values: Values): fc.Arbitrary<Body> {
  const none = fc.constant<Body>({ headers: {} });
  if (!requestBody) return none;
  const json = 'application/json';
  const ndjson = 'application/x-ndjson';
  const { [json]: whole, [ndjson]: lines } = requestBody.content;
  const written = tampered(values.of(whole.schema)).map((value): Body => {
    return { text: JSON.stringify(value) ?? '', headers: { 'content-type': json } };
  });
  const cut = fc.tuple(written, fc.nat()).map(([{ text, headers }, at]): Body => {
    return { text: text!.slice(0, at % (text!.length + 1)), headers };
  });
  const mistyped = fc
    .tuple(written, fc.constantFrom('text/plain', 'application/json; charset=latin1', ndjson))
    .map(([body, type]): Body => ({ ...body, headers: { 'content-type': type } }));
  const streamed = lines
    ? [
        fc.array(tampered(values.of(lines.schema)), { maxLength: 4 }).map((all): Body => {
          const text = all.map((value) => `${JSON.stringify(value)}\n`).join('');
          return { text, headers: { 'content-type': ndjson } };
        }),
      ]
    : [];
  return fc.oneof({ weight: 12, arbitrary: written }, ...streamed, cut, mistyped, none);
}
