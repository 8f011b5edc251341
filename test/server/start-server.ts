/** Servers as processes of their own: started until they say where they are, and ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import * as path from 'node:path';

const main = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

export type StartedServer = { readonly child: ChildProcess; readonly url: string };

/** Where and with which environment a program runs; as the test by default. */
export type StartOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
};

/** Starts a program, and waits for its first line. Rejects with what it said where it ends before that. */
export function startProgram(
  program: string,
  args: readonly string[],
  options: StartOptions = {},
): Promise<StartedServer> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${said}`)));
    child.stdout.on('data', (part: Buffer) => {
      const [, url] = /^Serving at (\S+)/u.exec(part.toString()) ?? [];
      if (url !== undefined) resolve({ child, url });
    });
  });
}

/** Starts the built command. */
export function startServer(args: readonly string[]): Promise<StartedServer> {
  return startProgram(process.execPath, [main, 'serve', '--port', '0', ...args]);
}

/** Ends it as a machine does that loses power to one process. */
export async function kill(server: StartedServer): Promise<void> {
  await end(server, 'SIGKILL');
}

/** Ends it as an operator does; gives its exit code. */
export function stop(server: StartedServer): Promise<unknown> {
  return end(server, 'SIGTERM');
}

async function end({ child }: StartedServer, signal: 'SIGKILL' | 'SIGTERM'): Promise<unknown> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return ended;
}
