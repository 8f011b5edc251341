/** Reverse-mode gradients, and what to keep for them. */
export { gradients } from './gradients.ts';
export { listSavedValues } from './saved-values.ts';
