/** `provenance.json` beside a base or a trained policy: how it was made, and the hash of every file of it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import {
  checkContent,
  listFolder,
  lookBehind,
  readJsonFile,
  writeFileAtomic,
} from '../../base/index.ts';
import { hashStart } from '../../runlog/index.ts';

const provenanceName = 'provenance.json';

const provenanceSchema = z.object({
  format: z.literal(1),
  /** Name and version of the world. */
  world: z.string(),
  /** How that world was set up; absent in bases of earlier versions. */
  worldSettings: z.record(z.string(), z.unknown()).exactOptional(),
  command: z.string(),
  seed: z.number(),
  settings: z.unknown(),
  heldOut: z.string(),
  /** Families of users that were demonstrated; absent in bases of earlier versions. */
  families: z.array(z.string()).exactOptional(),
  trainedTokens: z.number(),
  /** Mean loss over the last 50 updates, nats per token; absent where rewards were learnt from. */
  finalLoss: z.number().exactOptional(),
  /** SHA-256 of every file. */
  files: z.record(z.string(), z.string()),
});

export type Provenance = Readonly<z.infer<typeof provenanceSchema>>;

/** True if the folder holds a base that was built to its end. */
export function isBuiltBase(folder: string): boolean {
  return fs.existsSync(path.join(folder, provenanceName));
}

/** Reads a base's provenance; null where it has none. */
export function readProvenance(folder: string): Provenance | null {
  const file = path.join(folder, provenanceName);
  if (!fs.existsSync(file)) return null;
  const purpose = 'provenance';
  return checkContent(provenanceSchema, readJsonFile(file, purpose), { file, purpose });
}

/** Writes the provenance, with the hashes of what is there; the base is built with that. */
export function writeProvenance(
  folder: string,
  facts: Omit<Provenance, 'format' | 'files'>,
): Provenance {
  const provenance: Provenance = { format: 1, ...facts, files: hashFiles(folder) };
  writeFileAtomic(path.join(folder, provenanceName), `${JSON.stringify(provenance, null, 2)}\n`);
  return provenance;
}

/** Hashes every file of a folder but its provenance, also where a link leads to it. Throws `DataError`. */
export function hashFiles(folder: string): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const name of listFolder(folder, 'model folder')) {
    const file = path.join(folder, name);
    const found = lookBehind(file);
    if (name === provenanceName || found === null || !found.isFile()) continue;
    hashes[name] = hashStart(file, found.size);
  }
  return hashes;
}
