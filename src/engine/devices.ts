/**
 * What computes: the processor, or a graphics card through WebGPU (Vulkan, Metal, Direct3D 12).
 *
 * Both are held to the same results by test/webgpu, operation by operation. Other providers of the
 * runtime are left out: nobody could run them here. Operations that are wrong on a device are
 * written in another way for it, in `onnx/lower.ts` and nowhere else.
 */

/** What an engine can compute on. */
export const devices = ['cpu', 'webgpu'] as const;

export type Device = (typeof devices)[number];
