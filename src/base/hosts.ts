/**
 * Which names a request may give to the machine that serves it.
 *
 * A page elsewhere can point a name of its own at this machine and would then read what is served as
 * if it came from there. Such an attack needs a name, so addresses are let in; beside them only the
 * name that the server was started with and, on an address that others reach, the machine's own.
 */
import * as net from 'node:net';
import * as os from 'node:os';

/** Reads the host out of `name:port` as a browser would (127.1 is 127.0.0.1); null where it is none. */
export function parseHost(authority: string): string | null {
  const text = `http://${authority}/`;
  if (/[/\\?#@]/u.test(authority) || !URL.canParse(text)) return null;
  return stripBrackets(new URL(text).hostname);
}

/** Tells whether a server bound to `bound` answers a request for `asked`, as `parseHost` gives it. */
export function isMeantFor(bound: string, asked: string): boolean {
  if (asked === stripBrackets(bound.toLowerCase()) || isLoopback(asked)) return true;
  if (isLoopback(bound)) return false;
  return net.isIP(asked) !== 0 || asked === os.hostname().toLowerCase();
}

/** Tells whether a host, as `parseHost` gives it, is this machine for this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));
}

function stripBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/u, '$1');
}
