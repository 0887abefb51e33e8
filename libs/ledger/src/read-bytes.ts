import { canonicalJson } from './canonical-json.js';

/** The JSON object that these bytes are, in UTF-8; undefined where they are none. */
export function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an object's canonical JSON, in UTF-8, is these very bytes. */
export function isCanonical(object: object, bytes: Buffer): boolean {
  try {
    return Buffer.from(canonicalJson(object)).equals(bytes);
  } catch {
    // It holds what I-JSON cannot, a lone surrogate or a number beyond all doubles; or it is nested too deep.
    return false;
  }
}
