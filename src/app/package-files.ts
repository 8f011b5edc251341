/** Where the files that come with the package lie: presets, the base checkpoint, the version. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder; the same two levels up from src and from dist. */
export const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Folder of the presets, one JSON file each. */
export const presetsFolder = path.join(packageRoot, 'configs');

/** Folder of the checkpoints that come with the package, one folder each. */
export const baseFolder = path.join(packageRoot, 'assets', 'base');

/** True where the package brings a base checkpoint for a world. */
export function hasBase({ kind }: { readonly kind: string }): boolean {
  return fs.existsSync(path.join(baseFolder, kind, 'config.json'));
}

/** Folder of the trained policies that come with the package, one folder each. */
export const trainedFolder = path.join(packageRoot, 'assets', 'trained');

/** True where the package brings a trained policy for a world. */
export function hasTrained({ kind }: { readonly kind: string }): boolean {
  return fs.existsSync(path.join(trainedFolder, kind, 'config.json'));
}

/** Reads the package's version. */
export function readPackageVersion(): string {
  const text = fs.readFileSync(path.join(packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** Lists the names of the presets. */
export function listPresets(): string[] {
  return fs
    .readdirSync(presetsFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}
