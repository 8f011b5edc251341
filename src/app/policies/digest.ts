/** What a model is by content, so that figures can be told to be of this very one. */
import * as crypto from 'node:crypto';
import { hashFiles } from './provenance.ts';
import type { ModelLocation } from './open-policy.ts';

/** SHA-256 over the hashes of all files of a model folder, and of its adapter. Throws `DataError`. */
export function digestModel({ folder, adapter }: Omit<ModelLocation, 'name'>): string {
  const folders = adapter === undefined ? [folder] : [folder, adapter];
  const content = JSON.stringify(folders.map(hashFiles));
  return crypto.createHash('sha256').update(content).digest('hex');
}
