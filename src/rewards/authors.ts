/**
 * The profile reward of the authors' released code, with its defects, for comparison only.
 *
 * Inferred items are counted as lines of the block, the trailing line break included, while matches
 * are counted by content. So a perfect list of ten scores 20/21, and packing several facts on one
 * line scores above 1. Nothing else in the package uses this unless a preset asks for it.
 */
import { normaliseValue } from '../profile/index.ts';
import type { Profile, ProfileItem } from '../profile/index.ts';

/** Writes a profile the way the authors' prompt demands: one bullet a line, each line ended. */
export function renderAuthorsProfile(profile: Profile): string {
  return profile.map((item) => `- ${item.slot}: ${item.value}\n`).join('');
}

/**
 * Computes 2 matched / (lines + true items); a true item is matched if the text mentions its value, or
 * if `isStated` says so, which holds "is a nurse" to be stated by "works as a nurse" where the matcher
 * does. Range [0, 2): not bounded by 1, which is the defect. Source: Zhao et al. 2025, released code.
 * Deviation: matches are told item by item where they ask a language model for their number.
 */
export function computeAuthorsProfileReward(
  profileText: string,
  truth: Profile,
  isStated: (item: ProfileItem) => boolean = () => false,
): number {
  const text = ` ${normaliseValue(profileText.replace(/[^\p{L}\p{N}]+/gu, ' '))} `;
  const mentions = (value: string): boolean =>
    text.includes(` ${normaliseValue(value.replace(/[^\p{L}\p{N}]+/gu, ' '))} `);
  const matched = truth.filter((item) => mentions(item.value) || isStated(item)).length;
  const lines = profileText.split('\n').length;
  return (2 * matched) / (lines + truth.length);
}
