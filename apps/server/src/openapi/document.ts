import { positionPattern } from '#libs/timelines';
import { type ErrorCode, entryOf } from '../http/problem-catalogue.js';
import { type Rule, ruleOf } from '../access/access-table.js';
import { limits } from '../limits.js';
import { parameterNames } from '../http/query-pipe.js';
import { developmentSchemas } from './development-schemas.js';
import type { JsonSchema } from './json-schema.js';
import { pathParameters, queryParameters } from './parameters.js';
import { type DocumentedRoute, documentedRoutes } from './routes.js';
import { serviceSchemas } from './service-schemas.js';
import { situationSchemas } from './situation-schemas.js';

/** What any route may answer. */
const anywhere: ErrorCode[] = [
  'malformed-request',
  'key-in-url',
  'invalid-header',
  'invalid-parameter',
  'request-timeout',
  'expectation-failed',
  'rate-limited',
  'headers-too-large',
  'internal',
  'database-away',
  'database-busy',
  'database-full',
];

const responseHeaders: Record<string, JsonSchema> = {
  ETag: { description: 'Strong; send it back in If-None-Match.', schema: { type: 'string' } },
  Link: { description: 'Of a list that goes on: `rel="next"`.', schema: { type: 'string' } },
  Location: { description: 'Where it is; of a single one.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } },
};

/** The service's interface as OpenAPI 3.1. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of documentedRoutes) (paths[route.path] ??= {})[route.method] = operation(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dateline',
      version: '1',
      description:
        'Timelines of news on two clocks: what was so (`asOf`), and what was known of it (`knownAt`).',
      'x-limits': limits,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { ...developmentSchemas, ...situationSchemas, ...serviceSchemas },
      headers: responseHeaders,
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key of this service: `dl_…`.' },
      },
    },
  };
}

function operation(route: DocumentedRoute): object {
  const { operationId, summary, streamed, answers } = route;
  const rule = ruleOf(route.method.toUpperCase(), templateOf(route.path))!;
  return {
    operationId,
    summary,
    description: whoMay(rule),
    security: securityOf(rule),
    parameters: parametersOf(route),
    ...requestBody(route),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, success(answer)])),
      ...(streamed && { 200: withLines(success(answers[200]!), streamed.answer) }),
      ...(answers[200]?.headers?.includes('ETag') && { 304: { description: 'Unchanged since that ETag' } }),
      ...problemResponses([
        ...new Set([...route.problems, ...inPath(route), ...refusalsOf(rule), ...anywhere]),
      ]),
    },
  };
}

/** A name in a path may be longer than any that there is. */
function inPath({ path }: DocumentedRoute): ErrorCode[] {
  return path.includes('{') ? ['not-found'] : [];
}

/** A path as the routes have it: `{path}`, which may have slashes in it, is their `*`. */
function templateOf(path: string): string {
  return path.replace(/\{path\}$/, '*').replace(/\{(\w+)\}/g, ':$1');
}

function securityOf({ key, public: publicly }: Rule): object[] {
  if (key === 'ignored') return [];
  return key === 'optional' || publicly ? [{}, { key: [] }] : [{ key: [] }];
}

function refusalsOf({ key, roles, public: publicly }: Rule): ErrorCode[] {
  if (key === 'ignored') return [];
  return key === 'optional' || (publicly && roles.length === 4)
    ? ['unauthenticated']
    : ['unauthenticated', 'forbidden'];
}

/** A rule in words. */
function whoMay({ key, roles, public: publicly }: Rule): string {
  if (key === 'ignored') return 'For everybody.';
  if (key === 'optional') return 'For everybody; what is private is answered to whoever has a key for it.';
  const of = {
    'of-timeline': 'for the timeline',
    'of-any': 'for any timelines',
    'of-all': 'for all timelines',
  }[key];
  const needs = `Needs a key ${of} with the role ${roles.join(' or ')}`;
  return publicly ? `${needs}; none where the timeline is public.` : `${needs}.`;
}

function requestBody({ body, bodyOptional, streamed }: DocumentedRoute): object {
  if (!body) return {};
  const requestBody = { required: !bodyOptional, content: { 'application/json': { schema: body } } };
  return { requestBody: streamed ? withLines(requestBody, streamed.line) : requestBody };
}

/** The schema is that of one line. */
function withLines<T extends { content: object }>(told: T, schema: JsonSchema): T {
  return { ...told, content: { ...told.content, 'application/x-ndjson': { schema } } };
}

function parametersOf({ path, query, guarded, resumed }: DocumentedRoute): object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    return { name, in: 'path', required: true, schema: pathParameters[name!] };
  });
  const inQuery = parameterNames(query).map((name) => {
    const schema = queryParameters[name];
    if (!schema) throw new Error(`the query parameter ${name} is not documented`);
    return { name, in: 'query', required: false, schema };
  });
  const ifMatch = {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'With a single development: the version that its matter is at, `"0"` for none yet.',
    schema: { type: 'string', pattern: '^"(0|[1-9]\\d*)"$' },
  };
  const lastEventId = {
    name: 'Last-Event-ID',
    in: 'header',
    required: false,
    description: 'The id of the last event that was seen; what stands behind it is sent.',
    schema: { type: 'string', pattern: positionPattern.source },
  };
  return [...inPath, ...inQuery, ...(guarded ? [ifMatch] : []), ...(resumed ? [lastEventId] : [])];
}

function success({
  description,
  schema,
  media = 'application/json',
  instead = {},
  headers = [],
}: DocumentedRoute['answers'][number]): { description: string; headers: object; content: object } {
  const content = { [media]: schema, ...instead };
  return {
    description,
    headers: headerRefs(headers),
    content: Object.fromEntries(Object.entries(content).map(([type, each]) => [type, { schema: each }])),
  };
}

/** One response a status, which names the codes that it stands for. */
function problemResponses(codes: ErrorCode[]): Record<string, object> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = entryOf(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [
      String(status),
      {
        description: same.map((code) => `\`${code}\`: ${entryOf(code).title}`).join('. '),
        headers: headerRefs(status === 503 || status === 429 ? ['Retry-After'] : []),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function headerRefs(names: string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
