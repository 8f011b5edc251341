/** What a person does on the chat's page. */
import type { Locator, Page } from 'playwright-core';

/** Says something, waits for the end of the turn, and gives the reply. */
export async function say(page: Page, text: string): Promise<string> {
  await page.getByLabel('Your message').fill(text);
  await page.keyboard.press('Enter');
  const last = page.locator('.exchanges > li').last();
  await last.locator('.learnt').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
  return last.locator('.bubble').last().innerText();
}

/** Finds the entry of a slot in the profile beside the chat. */
export function entryOf(page: Page, slot: string): Locator {
  return page.locator('.entry').filter({ has: page.locator('.slot', { hasText: slot }) });
}

/** Corrects an entry by hand, by the keyboard. */
export async function correct(page: Page, entry: Locator, value: string): Promise<void> {
  await entry.getByRole('button', { name: /^Correct/u }).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(value);
  await page.keyboard.press('Enter');
}

/** Erases the person and waits until nothing is known. */
export async function eraseAll(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Erase all' }).click();
  await page.getByRole('button', { name: 'Erase for good' }).click();
  await page.getByText('Nothing is known yet').waitFor();
}
