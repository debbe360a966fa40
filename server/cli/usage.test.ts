/** What happens to a line that is mistyped, and to one that asks for help. No server is needed for either. */

import { describe, expect, test } from 'bun:test';
import { parseVerb } from './parse.ts';
import { runCli } from './run-cli.ts';
import { fakeTerminal } from './testing/fake-terminal.ts';
import { deploy } from './verbs/deploy.ts';
import { serveOptions } from './verbs/serve.ts';
import { verbs } from './verbs.ts';

async function run(...argv: string[]) {
  const terminal = fakeTerminal();
  const code = await runCli(argv, terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

describe('wrong usage exits 2 and says what would have been right', () => {
  const cases: [string, string[], RegExp][] = [
    [
      'a mistyped verb',
      ['depoly', 'shop'],
      /^error: there is no verb "depoly"\. Did you mean `windlass deploy`\?\n$/,
    ],
    ['a mistyped flag', ['deploy', 'shop', '--dri', '.'], /no flag --dri\. Did you mean --dir\?/],
    ['a missing app', ['deploy'], /needs the name of an app/],
    ['one word too many', ['apps', 'shop'], /does not know what to do with "shop"/],
    ['a flag without its value', ['deploy', 'shop', '--dir', '--json'], /--dir needs a value: --dir DIR/],
    ['a value for a switch', ['logs', 'shop', '--follow=yes'], /--follow takes no value/],
    ['a number that is none', ['rollback', 'shop', '--to', 'last'], /--to is a whole number/],
    ['an app that cannot be', ['status', 'My Shop'], /"My Shop" is not a name for an app/],
    ['an environment that cannot be', ['stop', 'shop', '--env', 'Pre View'], /not a name for an environment/],
    ['two sources', ['deploy', 'shop', '--dir', '.', '--git', 'x'], /--dir and --git both name a source/],
    ['a ref of nothing', ['deploy', 'shop', '--ref', 'main'], /--ref belongs to --git/],
    ['an action that is none', ['env', 'shop', 'KEY=1'], /Did you mean `windlass env shop set KEY=…`\?/],
    ['too many instances', ['scale', 'shop', '65'], /1 to 64 instances/],
    ['none', ['scale', 'shop', '0'], /windlass stop shop/],
    ['a pattern that is none', ['logs', 'shop', '--grep', '('], /not a regular expression/],
    ['a time that is none', ['logs', 'shop', '--since', 'yesterday'], /does not understand "yesterday"/],
    ['a shell that is none', ['completion', 'fis'], /Did you mean fish\?/],
    ['a flag and no verb', ['--follow'], /no verb in front of "--follow"/],
    ['promoting to where it is', ['promote', 'shop', '--from', 'production'], /where the release would go/],
  ];
  for (const [what, argv, message] of cases) {
    test(what, async () => {
      const done = await run(...argv);
      expect(done.err).toMatch(message);
      expect(done.err).toStartWith('error: ');
      expect(done.code).toBe(2);
      expect(done.out.startsWith('{') || done.out === '').toBe(true);
    });
  }

  test('with_json_the_error_is_also_a_document_on_stdout', async () => {
    const done = await run('deploy', '--json');
    expect(JSON.parse(done.out)).toEqual({
      error: { code: 'usage', message: expect.any(String), hint: expect.any(String) },
    });
    expect(done.code).toBe(2);
  });
});

describe('help', () => {
  test('every_verb_is_listed_with_its_summary', async () => {
    const { out, code } = await run('help');
    for (const verb of verbs) expect(out.includes(verb.summary)).toBe(verb.hidden !== true);
    expect(code).toBe(0);
    expect((await run()).out).toBe(out);
    expect((await run('-h')).out).toBe(out);
  });
  for (const verb of verbs) {
    test(`${verb.name} shows its usage, its flags and examples that parse`, async () => {
      const { out, code } = await run('help', verb.name);
      expect(code).toBe(0);
      expect((await run(verb.name, '--help')).out).toBe(out);
      for (const usage of verb.usage) expect(out).toContain(usage);
      for (const flag of verb.flags) expect(out.includes(`--${flag.name}`)).toBe(!flag.hidden);
      for (const example of verb.examples) {
        expect(out).toContain(example.line);
        const words = example.line.match(/windlass ([\w-]+)([^|<>)]*)/);
        const argv = (words?.[2] ?? '').match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
        const spoken = verbs.find((each) => each.name === words?.[1]);
        expect(() => spoken && parseVerb(spoken, argv, {})).not.toThrow();
      }
    });
  }
  test('a_flag_named_before_the_verb_counts', async () => {
    const { err } = await run('--socket', '/nowhere/a.sock', 'apps');
    expect(err).toContain('/nowhere/a.sock');
  });
});

describe('flags', () => {
  test('a_variable_stands_in_for_its_flag_and_the_flag_wins', () => {
    const env = { WINDLASS_ENV: 'preview', WINDLASS_DIR: 'x' };
    expect(parseVerb(deploy, ['shop'], env).flags.text('env')).toBe('preview');
    expect(parseVerb(deploy, ['shop', '--env', 'test'], env).flags.text('env')).toBe('test');
    expect(parseVerb(deploy, ['shop'], env).flags.text('dir')).toBeUndefined();
  });
  test('serve_takes_its_defaults_from_the_user_and_its_flags_over_variables', () => {
    const user = fakeTerminal({ env: { HOME: '/home/me', WINDLASS_HTTP: '9000' } });
    expect(serveOptions(['--https', '0', '--domain', 'Example.com.'], user)).toEqual({
      kind: 'run',
      options: {
        data: '/home/me/.local/share/windlass',
        socket: '/home/me/.local/share/windlass/control.sock',
        http: 9000,
        https: 0,
        runtime: 'auto',
        forwarders: 'auto',
        domain: 'example.com',
      },
    });
    expect(serveOptions([], { ...fakeTerminal(), uid: 0 })).toMatchObject({
      options: { data: '/var/lib/windlass', socket: '/run/windlass/control.sock', http: 80, https: 443 },
    });
    expect(serveOptions(['--data', 'x'], { ...fakeTerminal({ cwd: '/srv' }), uid: 0 })).toMatchObject({
      options: { data: '/srv/x', socket: '/srv/x/control.sock' },
    });
  });
  test('serve_refuses_what_it_cannot_understand', () => {
    for (const argv of [['--http', '70000'], ['--runtime', 'podman'], ['--domain', 'http://x'], ['now']]) {
      const terminal = fakeTerminal();
      expect(serveOptions(argv, terminal)).toEqual({ kind: 'exit', code: 2 });
      expect(terminal.err()).toStartWith('error: ');
    }
  });
  test('a_socket_path_longer_than_the_system_allows_is_refused_with_a_way_out', async () => {
    const { err, code } = await run('apps', '--data', `/${'x'.repeat(120)}`);
    expect(err).toContain('--socket');
    expect(code).toBe(1);
  });
});
