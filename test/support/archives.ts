import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Pool } from 'pg';
import { builtInKinds } from '#libs/chronology';
import { readHead, tileReader } from '#libs/ledger';
import { ArchiveReader, ExportTimeline, ImportArchive, type TimelineView } from '#libs/timelines';
import {
  formatCheckpoint,
  formatVerifierKey,
  type SignerKey,
  signNote,
  TileTree,
  verifierOf,
} from '#libs/transparency';

/** What an auditor checks archives with. */
export const auditScript = path.resolve(import.meta.dirname, '../../docs/audit/verify-archive.mjs');

export async function exportArchive(pool: Pool, timeline: TimelineView, signer: SignerKey): Promise<Buffer> {
  const checkpoint = async () => {
    const { size } = await readHead(pool, timeline.slug);
    const root = await new TileTree(size, tileReader(pool, timeline.slug)).rootAt(size);
    const text = formatCheckpoint({ origin: signer.name, size: BigInt(size), root });
    return { size, note: signNote(text, [signer]) };
  };
  const keys = [formatVerifierKey(verifierOf(signer))];
  const parts: Buffer[] = [];
  for await (const part of new ExportTimeline(pool).execute({ timeline, checkpoint, keys })) parts.push(part);
  return Buffer.concat(parts);
}

async function* chunked(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 7_001) yield bytes.subarray(at, at + 7_001);
}

export async function readArchive(bytes: Buffer): Promise<void> {
  const reader = await ArchiveReader.open(chunked(bytes));
  for await (const _ of reader.bundles());
}

export const importArchive = (pool: Pool, bytes: Buffer, timeline?: string) =>
  new ImportArchive(pool, builtInKinds).execute({ chunks: chunked(bytes), timeline });

/** What the script says of an archive. */
export async function auditArchive(
  bytes: Buffer,
  ...options: string[]
): Promise<{ code: number; said: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-audited-'));
  const file = path.join(folder, 'audited.tar');
  await writeFile(file, bytes);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [auditScript, file, ...options]);
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, said: stderr };
  } finally {
    await rm(folder, { recursive: true });
  }
}
