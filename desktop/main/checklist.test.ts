/** Electron's security checklist, item by item, on the very modules the entry is made of. */

import { describe, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IpcMainInvokeEvent, MessagePortMain } from 'electron';
import { bridgeChannels } from '../../shared/desktop-bridge.ts';
import { answerApp, schemes } from './app-protocol.ts';
import { linkIn, viewOfLink } from './deep-link.ts';
import { createClickGate, externalLink } from './external-link.ts';
import { startHostProcess } from './host-process.ts';
import { guardNavigation } from './navigation-guard.ts';
import { notifier } from './notification.ts';
import { denyPermissions } from './permissions.ts';
import { openSecretStore } from './secret-store.ts';
import { createDoor } from './sender.ts';
import { becomeSingle } from './single-instance.ts';
import { windowOptions } from './window-options.ts';

const source = (path: string) => Bun.file(new URL(path, import.meta.url)).text();

describe('Electron, to the letter of its checklist', () => {
  test('windows_are_isolated_sandboxed_and_without_node', () => {
    expect(windowOptions('/preload.cjs').webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    });
  });

  test('the_entry_uses_every_guard_and_never_file_urls', async () => {
    const entry = await source('./main.ts');
    for (const call of [
      'app.enableSandbox()',
      'protocol.registerSchemesAsPrivileged(schemes)',
      'becomeSingle(app',
      'guardNavigation(contents',
      'denyPermissions(session.defaultSession)',
      'serveApp(protocol',
      'createDoor(ipcMain)',
      'utilityProcess.fork',
      'new BrowserWindow(windowOptions(',
    ]) {
      expect(entry).toContain(call);
    }
    expect(entry).not.toMatch(/file:|loadFile|ipcMain\.(on|handle)/);
  });

  test('the_own_protocol_serves_only_the_renderers_folder_under_the_policy', async () => {
    const outer = await mkdtemp(join(tmpdir(), 'wl-app-'));
    const folder = join(outer, 'renderer');
    await Bun.write(join(folder, 'index.html'), '<meta nonce="NONCE">');
    await Bun.write(join(folder, 'entry.js'), 'ok');
    await writeFile(join(outer, 'secret.js'), 'secret');
    const ask = (url: string, method = 'GET') => answerApp({ url, method }, folder);
    try {
      const page = await ask('app://windlass/servers/local');
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).toStartWith("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
      expect(await page.text()).toContain(nonce);
      expect((await ask('app://windlass/servers')).headers.get('content-security-policy')).not.toContain(
        nonce,
      );
      expect(await (await ask('app://windlass/entry.js')).text()).toBe('ok');
      for (const path of [
        '../secret.js',
        '%2e%2e/secret.js',
        '..%2fsecret.js',
        '%2e%2e%2fsecret.js',
        '..%5csecret.js',
      ]) {
        expect((await ask(`app://windlass/${path}`)).status).toBe(404);
      }
      expect((await ask('app://elsewhere/entry.js')).status).toBe(403);
      expect((await ask('app://windlass/entry.js', 'POST')).status).toBe(403);
    } finally {
      await rm(outer, { recursive: true });
    }
  });

  test('the_protocol_has_no_privilege_beyond_what_a_page_needs', () => {
    expect(schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
  });

  test('every_permission_is_denied', () => {
    const answers: unknown[] = [];
    denyPermissions({
      setPermissionRequestHandler: (handler) =>
        handler?.(null as never, 'media', (granted) => answers.push(granted), null as never),
      setPermissionCheckHandler: (handler) =>
        answers.push(handler?.(null, 'geolocation' as never, '', null as never)),
      setDevicePermissionHandler: (handler) => answers.push(handler?.(null as never)),
    });
    expect(answers).toEqual([false, false, false]);
  });

  test('pages_go_nowhere_and_open_no_window', () => {
    const listeners = new Map<string, (event: object) => void>();
    const opened: string[] = [];
    let open: (details: { url: string }) => unknown = () => null;
    guardNavigation(
      {
        on: (name: string, listener: (event: never) => void) =>
          void listeners.set(name, listener as (event: object) => void),
        setWindowOpenHandler: (handler: unknown) => {
          open = handler as typeof open;
        },
      } as never,
      (url) => opened.push(url),
    );
    const prevented = (name: string, url: string) => {
      let was = false;
      listeners.get(name)?.({ url, preventDefault: () => (was = true) });
      return was;
    };
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      expect(prevented(name, 'https://evil.example/')).toBe(true);
      expect(prevented(name, 'file:///etc/passwd')).toBe(true);
      expect(prevented(name, 'app://windlass/servers')).toBe(false);
    }
    expect(prevented('will-attach-webview', '')).toBe(true);
    expect(open({ url: 'https://example.com' })).toEqual({ action: 'deny' });
    expect(opened).toEqual(['https://example.com']);
  });

  test('only_https_leaves_and_only_after_a_click', () => {
    expect(externalLink('https://example.com/a')).toBe('https://example.com/a');
    expect(externalLink('http://hello.localhost:8080/')).toBe('http://hello.localhost:8080/');
    for (const bad of [
      'http://example.com',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://a/b',
      'https://u:p@a.b',
      'x',
      null,
    ]) {
      expect(() => externalLink(bad)).toThrow('only https');
    }
    let now = 0;
    const gate = createClickGate(() => now);
    expect(gate.takeClick()).toBe(false);
    gate.clicked();
    expect(gate.takeClick()).toBe(true);
    expect(gate.takeClick()).toBe(false);
    gate.clicked();
    now = 10_000;
    expect(gate.takeClick()).toBe(false);
  });

  test('the_sender_of_every_message_is_checked', async () => {
    const handlers = new Map<string, (event: IpcMainInvokeEvent, argument: unknown) => unknown>();
    const door = createDoor({
      handle: (name, handler) => void handlers.set(name, handler),
      on: ((name: string, handler: never) => handlers.set(name, handler)) as never,
    });
    let reached = 0;
    for (const channel of Object.values(bridgeChannels)) door.handle(channel, () => ++reached);
    const ask = (senderFrame: unknown) =>
      handlers.get(bridgeChannels.openExternal)?.({ senderFrame } as IpcMainInvokeEvent, null);
    expect(await ask({ url: 'app://windlass/servers', parent: null })).toBe(1);
    await expect(ask({ url: 'https://evil.example/', parent: null })).rejects.toThrow('may not');
    await expect(ask({ url: 'app://windlass.evil.example/', parent: null })).rejects.toThrow('may not');
    await expect(ask({ url: 'app://windlass/servers', parent: {} })).rejects.toThrow('may not');
    await expect(ask(null)).rejects.toThrow('may not');
    expect(reached).toBe(1);
  });

  test('one_instance_runs_and_a_second_hands_over_its_link', () => {
    const links: (string | null)[] = [];
    let second: (event: object, argv: string[]) => void = () => undefined;
    let quit = 0;
    const app = (locked: boolean) =>
      ({
        requestSingleInstanceLock: () => locked,
        on: (_name: string, listener: typeof second) => {
          second = listener;
        },
        quit: () => quit++,
      }) as never;
    expect(becomeSingle(app(false), (link) => links.push(link))).toBe(false);
    expect(quit).toBe(1);
    expect(becomeSingle(app(true), (link) => links.push(link))).toBe(true);
    second({}, ['windlass', '--flag', 'windlass://open/servers']);
    second({}, ['windlass']);
    expect(links).toEqual(['windlass://open/servers', null]);
  });

  test('links_of_the_system_open_views_and_do_nothing_else', () => {
    expect(viewOfLink('windlass://open/servers/box/apps/hello/logs')).toBe('/servers/box/apps/hello/logs');
    expect(viewOfLink('windlass://open/servers?deploy=now#x')).toBe('/servers');
    for (const bad of [
      'windlass://deploy/servers',
      'windlass://open/servers/../../etc',
      'windlass://open/servers/box/apps/hello/.hidden',
      'windlass://open/servers/box/apps/hello/logs%2F..',
      'windlass://user@open/servers',
      'https://open/servers',
      'nonsense',
    ]) {
      expect(viewOfLink(bad) ?? 'refused').toBe('refused');
    }
    expect(linkIn(['a', 'windlass://open/servers'])).toBe('windlass://open/servers');
  });

  test('the_host_runs_in_a_utility_process_and_talks_through_ports_alone', () => {
    const sent: unknown[] = [];
    let exit: (code: number) => void = () => undefined;
    const ended: number[] = [];
    const [port1, port2] = [{}, {}] as MessagePortMain[];
    const host = startHostProcess({
      fork: () =>
        ({
          postMessage: (message: unknown, ports: unknown) => sent.push([message, ports]),
          kill: () => true,
          on: (name: string, listener: typeof exit) => {
            if (name === 'exit') exit = listener;
          },
        }) as never,
      channel: () => ({ port1, port2 }) as never,
      onEnd: (code) => ended.push(code),
      onQuestion: () => undefined,
    });
    expect(host.connect()).toBe(port2 as MessagePortMain);
    expect(sent).toEqual([[{ kind: 'page' }, [port1]]]);
    exit(3);
    host.stop();
    exit(0);
    expect(ended).toEqual([3]);
  });

  test('secrets_never_lie_in_the_open', async () => {
    const files = new Map<string, Buffer>();
    const store = (backend: string, available = true) =>
      openSecretStore(
        {
          isEncryptionAvailable: () => available,
          encryptString: (text) => Buffer.from(text).map((byte) => byte ^ 7) as Buffer,
          decryptString: (sealed) => Buffer.from(sealed.map((byte) => byte ^ 7)).toString(),
          getSelectedStorageBackend: () => backend as never,
        },
        {
          read: async (name) => files.get(name) ?? null,
          write: async (name, sealed) => void files.set(name, sealed),
          remove: async (name) => void files.delete(name),
        },
        'linux',
      );
    for (const open of [store('basic_text'), store('unknown'), store('gnome_libsecret', false)]) {
      await open.set('a', 'hunter2');
      expect(await open.get('a')).toBe('hunter2');
      expect(open.keeping.kind).toBe('memory');
      expect(files.size).toBe(0);
    }
    const sealed = store('gnome_libsecret');
    await sealed.set('a', 'hunter2');
    expect(await sealed.get('a')).toBe('hunter2');
    expect(files.get('a')?.toString()).not.toContain('hunter2');
    await sealed.remove('a');
    expect(await sealed.get('a')).toBeNull();
  });

  test('the_preload_gives_named_things_and_no_general_channel', async () => {
    const preload = await source('../preload/preload.ts');
    expect(preload).not.toMatch(/exposeInMainWorld\([^)]*ipcRenderer/);
    const channels = [...preload.matchAll(/ipcRenderer\.\w+\(([^,)]+)/g)].map(([, name]) => name);
    expect(channels.every((name) => name?.startsWith('bridgeChannels.'))).toBe(true);
    expect(channels).toHaveLength(9);
  });

  test('a_notification_says_little_and_a_click_on_it_only_opens_a_view', () => {
    const opened: string[] = [];
    const shown: object[] = [];
    let click: () => void = () => undefined;
    const notify = notifier(
      (options) => {
        shown.push(options);
        return {
          on: (_event, listener) => {
            click = listener;
          },
          show: () => undefined,
        };
      },
      (path) => opened.push(path),
    );
    notify({ title: 'hello is live', body: 'Release 2', view: '/servers/box/apps/hello/deployments/d1' });
    expect(shown).toEqual([{ title: 'hello is live', body: 'Release 2' }]);
    click();
    expect(opened).toEqual(['/servers/box/apps/hello/deployments/d1']);
    for (const bad of [
      null,
      { title: 'x', body: 'y' },
      { title: 'x', body: 'y', view: 'https://evil.example' },
      { title: 'x', body: 'y', view: '/servers/../../etc' },
      { title: 'x'.repeat(1000), body: '', view: '/servers' },
    ]) {
      expect(() => notify(bad)).toThrow('a notification has');
    }
    expect(shown).toHaveLength(1);
  });

  test('the_fuses_are_set_and_links_are_registered_where_it_is_packaged', async () => {
    const config = Bun.YAML.parse(await source('../../electron-builder.yml')) as Record<string, unknown>;
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
    expect(config.protocols).toEqual([{ name: 'Windlass view', schemes: ['windlass'] }]);
    expect(config.asar).toBe(true);
    const targets = (platform: string) =>
      (Object(config[platform]).target as { target: string; arch: string[] }[]).map(
        ({ target, arch }) => `${target} ${[...arch].sort().join(' ')}`,
      );
    expect([...targets('mac'), ...targets('win'), ...targets('linux')]).toEqual([
      'dmg arm64 x64',
      'zip arm64 x64',
      'nsis arm64 x64',
      'AppImage arm64 x64',
      'deb arm64 x64',
    ]);
    const [servers] = config.extraResources as { to: string; filter: string[] }[];
    for (const target of ['linux-x64', 'linux-arm64']) {
      expect(servers?.filter).toContain(`windlass-${target}.gz`);
      expect(servers?.filter).toContain(`windlass-${target}.sig`);
    }
    // Only what is bundled goes in: no source, no key, no package of somebody else's.
    expect(config.files).toEqual([
      'dist/desktop/main/**',
      'dist/desktop/preload/**',
      'dist/desktop/renderer-electron/**',
      'package.json',
      '!node_modules',
    ]);
  });

  test('nothing_of_the_desktop_turns_a_guard_off', async () => {
    const files = new Bun.Glob('{main,preload}/*.ts').scan({
      cwd: new URL('..', import.meta.url).pathname,
    });
    for await (const file of files) {
      if (file.endsWith('.test.ts')) continue;
      const text = await source(`../${file}`);
      expect(
        `${file}: ${/allowRunningInsecureContent: true|webSecurity: false|nodeIntegration\w*: true|sandbox: false|contextIsolation: false|enableBlinkFeatures|child_process|executeJavaScript|\beval\(/.exec(text)?.[0]}`,
      ).toBe(`${file}: undefined`);
    }
  });
});
