import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Http } from './server.js';

/** One operation of the document. */
export interface Operation {
  /** In small letters, as the document has it. */
  method: string;
  /** With `{parameter}` in it. */
  path: string;
  operation: any;
}

/** The document that a running service tells of itself, and its schemas to hold answers against. */
export class OpenApi {
  private readonly ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allErrors: true,
  });

  private constructor(readonly document: any) {
    for (const format of ['date-time', 'uri']) this.ajv.addFormat(format, true);
    this.ajv.addVocabulary(['openapi', 'info', 'servers', 'paths', 'components']);
    this.ajv.addSchema(document, 'document');
  }

  static async read(http: Http): Promise<OpenApi> {
    return new OpenApi((await http.get('/openapi.json').expect(200)).body);
  }

  operations(): Operation[] {
    return Object.entries<any>(this.document.paths).flatMap(([path, item]) =>
      Object.entries<any>(item).map(([method, operation]) => ({ method, path, operation })),
    );
  }

  /** Undefined where the document has none of that name. */
  component(name: string): ValidateFunction | undefined {
    return this.ajv.getSchema(`document#/components/schemas/${name}`);
  }

  /** The schema that the document gives to an answer; undefined where it gives none. */
  answer(method: string, path: string, status: number, media: string): ValidateFunction | undefined {
    const steps = ['paths', path, method, 'responses', String(status), 'content', media, 'schema'];
    let at = this.document;
    for (const step of steps) at = at?.[step];
    if (at === undefined) return undefined;
    const pointer = steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')));
    return this.ajv.getSchema(`document#/${pointer.join('/')}`);
  }
}

/** What is wrong with a value by a schema; nothing, where it fits. */
export function misfits(validate: ValidateFunction | undefined, value: unknown): unknown[] {
  if (!validate) return ['there is no such schema'];
  validate(value);
  return validate.errors ?? [];
}
