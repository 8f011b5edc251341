/** Addresses without an answer: which methods a route takes, and which route was probably meant. */
import type { Context } from 'hono';
import { TrieRouter } from 'hono/router/trie-router';
import { findLikely } from '../../base/index.ts';
import { RequestError } from '../errors.ts';
import type { ServerApp } from './context.ts';

/** Longer ones are compared with no route: that takes time by their length. */
const longestCompared = 200;

/** Says what is wrong with an address that no route has. */
export function describeNoRoute(app: ServerApp, { req }: Context): RequestError {
  const route = findRoute(app, req.path);
  const meant = route === null ? '' : ` Did you mean ${route.replaceAll(/:(\w+)/gu, '{$1}')}?`;
  return new RequestError(404, 'not_found_error', {
    code: 'no_such_route',
    message: `There is nothing here.${meant} GET /openapi.json lists what there is.`,
  });
}

/** Says which methods the route takes that was asked by another. */
export function describeMethods(methods: readonly string[]): RequestError {
  return new RequestError(405, 'invalid_request_error', {
    code: 'method_not_allowed',
    message: `Expected ${methods.join(' or ')} here, found another method.`,
  });
}

/** The route of an address that lacks `/v1` or has a slash too many; else the one that is spelled most like it. */
function findRoute({ routes }: ServerApp, path: string): string | null {
  const known = [...new Set(routes.map((route) => route.path))].filter(
    (route) => !route.includes('*'),
  );
  const router = new TrieRouter<string>();
  for (const route of known) router.add('ALL', route, route);
  const trimmed = path.replace(/\/+$/u, '');
  for (const candidate of [trimmed, `/v1${trimmed}`]) {
    const [[found]] = router.match('ALL', candidate);
    if (found !== undefined) return found[0];
  }
  return path.length > longestCompared ? null : findLikely(trimmed, known);
}
