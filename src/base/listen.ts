/** Makes a server listen, and says in words why it cannot. */
import type * as http from 'node:http';
import { ConfigError } from './errors.ts';

export type ListenAddress = {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
};

export const highestPort = 65_535;

/** Listens, and resolves to the port. Throws `ConfigError` for a port that is none or in use, or an address that is not ours. */
export function listen(server: http.Server, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    if (!Number.isInteger(port) || port < 0 || port > highestPort) {
      throw new ConfigError(
        'port_invalid',
        `Cannot listen on ${host}: expected a port from 0 to ${highestPort}, found ${port}.`,
        { details: { host, port }, hint: 'Choose another; 0 takes any free one.' },
      );
    }
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new ConfigError(
          'cannot_listen',
          `Cannot listen on ${host}:${port}: ${describeRefusal(cause)}.`,
          {
            details: { host, port },
            hint: 'Choose another with --port N (0 takes any free one) or --host.',
            cause,
          },
        ),
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** A host as it stands in an address. */
export function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function describeRefusal({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'the port is in use';
  if (code === 'EADDRNOTAVAIL') return 'this machine has no such address';
  if (code === 'EACCES') return 'the port is reserved for the system';
  return code ?? message;
}
