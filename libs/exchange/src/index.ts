/**
 * Exchange: formats of the outside world, read and written. Pure: bytes and values in, values out.
 * It refuses to know HTTP, the database, the ledger and the clock, and what a newsroom's rules are.
 */
export { MalformedJson, type JsonFault } from './malformed-json.js';
export { parseStrictJson } from './strict-json.js';
export { LineTooLong, lineLimit, type NdjsonLine, readNdjson } from './read-ndjson.js';
