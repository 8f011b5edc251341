/** The device: what auto stands for, and that it is said. That WebGPU is tried first is held in test/e2e and test/webgpu. */
import { describe, expect, it } from 'vitest';
import { findDevice, settleDevice } from './find-device.ts';

describe('the device', () => {
  it('is the processor where nothing is asked for, with the reason', async () => {
    const found = await findDevice('auto');
    expect(found).toEqual(settleDevice('auto'));
    expect(found.device).toBe('cpu');
    expect(found.reason).toContain('--device webgpu');
  });

  it('is the one that is asked for', async () => {
    expect(await findDevice('cpu')).toEqual({ device: 'cpu', reason: 'as asked for' });
    expect(settleDevice('webgpu')).toEqual({ device: 'webgpu', reason: 'as asked for' });
  });
});
