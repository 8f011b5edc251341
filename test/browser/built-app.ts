/** `rlpa/app` as it was built: the engine's worker runs built JavaScript, so `npm run build` comes first. */
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as app from '../../src/app/index.ts';

const built = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/app/index.js'));

export type { Serving } from '../../src/app/index.ts';
export const { serve } = (await import(built.href)) as typeof app;
