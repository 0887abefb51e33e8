import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { silentLog } from '#libs/database';
import { openSigning, type Signing } from '#libs/notary';

/** What a service signs with, in a folder of its own. */
export interface TestSigning {
  signing: Signing;
  folder: string;
  keyFile: string;
  remove(): Promise<void>;
}

export const testOrigin = 'dateline.test/news';

export async function openTestSigning(): Promise<TestSigning> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-signing-'));
  const keyFile = path.join(folder, 'signing.key');
  const signing = await openSigning({ keyFile, make: true, origin: testOrigin }, silentLog);
  return { signing, folder, keyFile, remove: () => rm(folder, { recursive: true }) };
}
