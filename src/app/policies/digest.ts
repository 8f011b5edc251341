/** What a model is by content, so that figures can be told to be of this very one. */
import * as crypto from 'node:crypto';
import { lookBehind } from '../../base/index.ts';
import { isGgufPath } from '../../gguf/index.ts';
import { hashStart } from '../../runlog/index.ts';
import { hashFiles } from './provenance.ts';
import type { ModelLocation } from './open-policy.ts';

/** SHA-256 over the hashes of all files of a model folder, or of a GGUF file, and of its adapter. Throws `DataError`. */
export function digestModel({ folder, adapter }: Omit<ModelLocation, 'name'>): string {
  const places = adapter === undefined ? [folder] : [folder, adapter];
  const content = JSON.stringify(
    places.map((place) => (isGgufPath(place) ? hashWhole(place) : hashFiles(place))),
  );
  return crypto.createHash('sha256').update(content).digest('hex');
}

function hashWhole(file: string): string {
  return hashStart(file, lookBehind(file)?.size ?? 0);
}
