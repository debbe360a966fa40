import { expect, test } from 'bun:test';
import { join } from 'node:path';

test('bugs_that_nobody_caught_are_logged_and_the_process_goes_on', async () => {
  const script = `
    import { catchBugs } from ${JSON.stringify(join(import.meta.dir, 'last-resort.ts'))};
    const log = { error: (message, { error }) => console.log(message + ': ' + error.message) };
    const end = catchBugs(log);
    Promise.reject(new Error('forgotten'));
    setTimeout(() => { throw new Error('thrown'); }, 1);
    setTimeout(() => { end(); console.log('still here'); }, 30);
  `;
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'pipe' });
  const [out, code] = await Promise.all([child.stdout.text(), child.exited]);
  expect(out).toContain('nobody waited for it: forgotten');
  expect(out).toContain('nobody caught: thrown');
  expect(out.trimEnd().endsWith('still here')).toBe(true);
  expect(code).toBe(0);
});
