// The transparency log's arithmetic, in public formats (RFC 6962): what an auditor recomputes.
// It imports node:crypto alone and refuses to know Postgres, HTTP, and what the leaves say.
export { leafHash, sha256 } from './hash.js';
