import axe from 'axe-core';
import { expect, type Page } from './test';

/** Fails on any violation that axe reports, of WCAG or best practices. */
export async function expectAccessible(page: Page, context: string) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  const problems = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.html}\n    ${node.failureSummary}`).join('\n')}`);
  expect(problems, context).toEqual([]);
}
