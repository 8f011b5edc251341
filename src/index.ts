/**
 * The package's front door: its parts as namespaces, the same as its subpaths (`rlpa/env`, ...).
 *
 * Importing it loads no native code; the engine's library is loaded at the first session.
 */
export * as base from './base/index.ts';
export * as chat from './chat/index.ts';
export * as engine from './engine/index.ts';
export * as env from './env/index.ts';
export * as evaluation from './eval/index.ts';
export * as policy from './policy/index.ts';
export * as profile from './profile/index.ts';
export * as protocol from './protocol/index.ts';
export * as report from './report/index.ts';
export * as rewards from './rewards/index.ts';
export * as rl from './rl/index.ts';
export * as runlog from './runlog/index.ts';
export * as tokenizer from './tokenizer/index.ts';
export * as users from './users/index.ts';
