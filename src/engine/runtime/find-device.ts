/**
 * Which device computes, and why.
 *
 * `auto` is the processor: the runtime does not tell through its interface whether a WebGPU adapter is
 * a graphics card or a program that imitates one, and an imitation is many times slower. Whoever knows
 * their adapter asks for it by name.
 */
import { ConfigError, EngineError } from '../../base/index.ts';
import type { Device } from '../devices.ts';
import { createGraph, input, matmul, output } from '../graph/index.ts';
import { createSession } from './session.ts';

/** A device, and the reason for it in words. */
export type FoundDevice = { readonly device: Device; readonly reason: string };

/** Settles what `auto` stands for. */
export function settleDevice(choice: 'auto' | Device): FoundDevice {
  if (choice !== 'auto') return { device: choice, reason: 'as asked for' };
  return {
    device: 'cpu',
    reason:
      'auto takes it: the runtime does not tell a graphics card from software; --device webgpu uses what is there',
  };
}

/**
 * Settles the device and tries it with a small product. Throws `ConfigError` `device_missing` where it is
 * not there, `EngineError` `device_wrong` where it computes something else.
 */
export async function findDevice(choice: 'auto' | Device): Promise<FoundDevice> {
  const found = settleDevice(choice);
  // The processor is there; a session would cost the start of every command.
  if (found.device !== 'cpu') await tryDevice(found.device);
  return found;
}

async function tryDevice(device: Device): Promise<void> {
  const result = await multiply(device).catch((cause: unknown) => {
    throw describeMissing(device, cause);
  });
  if (result === 23) return;
  throw new EngineError(
    'device_wrong',
    `--device ${device}: expected 2*4 + 3*5 = 23, got ${result}.`,
    {
      hint: 'The driver of the graphics card is at fault; use --device cpu.',
    },
  );
}

async function multiply(device: Device): Promise<number> {
  const graph = createGraph('try a device');
  const a = input(graph, 'a', 'float32', [1, 2]);
  output(graph, 'c', matmul(a, input(graph, 'b', 'float32', [2, 1])));
  const session = await createSession(graph, { device });
  const { c } = await session.run({
    a: { type: 'float32', shape: [1, 2], data: Float32Array.of(2, 3) },
    b: { type: 'float32', shape: [2, 1], data: Float32Array.of(4, 5) },
  });
  await session.release();
  return Number(c?.data[0]);
}

function describeMissing(device: Device, cause: unknown): unknown {
  if (!(cause instanceof EngineError) || cause.code !== 'runtime_failed') return cause;
  const [words = cause.message] = cause.message.trim().split('\n');
  // The runtime puts file, function and condition before what it has to say.
  const found = words.replace(/^.*was false\. /, '');
  return new ConfigError(
    'device_missing',
    `--device ${device}: expected an adapter of WebGPU, found none (${found}).`,
    {
      details: { device, found },
      hint: 'Use --device cpu. On Linux WebGPU needs libvulkan.so.1 and a Vulkan driver (Debian: libvulkan1 and mesa-vulkan-drivers).',
      cause,
    },
  );
}
