import * as http from 'node:http';
import { describe, expect, it } from 'vitest';
import { listen } from './listen.ts';

describe('listening', () => {
  it.each([-1, 0.5, 65_536, Number.NaN])(
    'refuses %d as a port, and names those there are',
    async (port) => {
      const listening = listen(http.createServer(), { host: '127.0.0.1', port });
      await expect(listening).rejects.toMatchObject({
        code: 'port_invalid',
        message: `Cannot listen on 127.0.0.1: expected a port from 0 to 65535, found ${port}.`,
      });
    },
  );
});
