import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

it('docs/sdk.md is what the source says (npm run reference -w clients/js)', () => {
  const said = execFileSync(process.execPath, ['tools/reference.js'], { encoding: 'utf8' });
  assert.ok(said === readFileSync('../../docs/sdk.md', 'utf8'), 'docs/sdk.md is behind its source');
});
