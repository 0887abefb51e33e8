// What an auditor asks of a record: everything recomputed from the stored bytes, and held against what is stored.
// It repairs nothing, and refuses to know HTTP, signing keys, and where a checkpoint was kept.
export { backgroundPace, BackgroundVerifier } from './background-verifier.js';
export { type Finding, Findings } from './findings.js';
export { type Round, type VerificationProgress, verificationProgress } from './rounds.js';
export {
  type KeptRoot,
  type RecordCounts,
  type RecordSource,
  type VerifiedRecord,
  verifyRecord,
} from './verify-record.js';
export { verifySlice } from './verify-slice.js';
export { type Verdict, verifyTimeline } from './verify-timeline.js';
