/** Reverse-mode gradients. */
export { gradients } from './gradients.ts';
