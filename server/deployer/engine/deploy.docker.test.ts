/** Deploys into containers with a whole server: languages from plain folders, load, engines that go away, what stays secret. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { existsSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { startTestServer, type TestServer, until } from '../commands/server.fixture.ts';
import { confinementLabel } from '../confine/choose.ts';
import { packFolder } from '../sources/pack.ts';
import { engineSocketPath, openDockerRoom, removeOwned } from './docker-room.fixture.ts';
import { ours } from './labels.ts';

/** Between the server and the engine, so that the engine can go away without one. */
const relayPath = join(tmpdir(), `engine-${process.pid}.sock`);
const room = await openDockerRoom();
const { docker } = room;
let relay: Relay;
let server: TestServer;
let owner: string;
let foreignBefore: string[];

interface Relay {
  cut(): Promise<void>;
  join(): Promise<void>;
}

beforeAll(async () => {
  foreignBefore = await foreign();
  relay = openRelay();
  await relay.join();
  server = await startTestServer({ DOCKER_HOST: `unix://${relayPath}` });
  owner = confinementLabel(server.data);
});
afterAll(async () => {
  await server.stop();
  await relay.cut();
  await removeOwned(docker, owner);
  await room.close();
});

const body = async (app: string) => (await server.get(app)).text();
const watchless = { health: { interval: 0.1, watch: 0 } };
const settings = (more: object = {}) => JSON.stringify({ ...watchless, ...more });
const nodeDockerfile = `FROM node:22-slim
WORKDIR /app
COPY . .
USER node
CMD ["node", "server.js"]
`;
const nodeServer = `const { createServer } = require('node:http');
const server = createServer((_, res) => res.end(process.env.WINDLASS_RELEASE));
server.listen(process.env.PORT, '0.0.0.0');
process.on('SIGTERM', () => server.close(() => process.exit(0)));`;
const nodeApp = (more: object = {}) => ({
  Dockerfile: nodeDockerfile,
  'server.js': nodeServer,
  'windlass.json': settings(more),
});
const containers = (app: string) => docker.listContainers({ all: true, filters: ours(owner, app) });
const deployFolder = async (app: string, folder: string) => {
  const { stream } = await packFolder(join(import.meta.dir, '../../../examples', folder));
  const { upload } = await server.control.upload('uploads.create', {}, stream);
  const source = { kind: 'upload' as const, upload, from: folder };
  const { id } = await server.control.call('deployments.create', { app, source });
  return server.control.stream('deployments.follow', { id }, () => {});
};

for (const language of ['python', 'php', 'go'] as const) {
  test(`a_${language}_app_deploys_from_a_folder_without_any_configuration`, async () => {
    const { phase, failure } = await deployFolder(language, language);
    expect(failure).toBeNull();
    expect(phase).toMatch(/watching|live/);
    expect(await body(language)).toMatch(/^Hello from (Python|PHP|Go), release 1/);
    const [made] = await containers(language);
    const { Config } = await docker.getContainer(made?.Id ?? '').inspect();
    expect(Config.User).not.toMatch(/^(root|0(:0)?)?$/);
  }, 60_000);
}

test('an_image_of_the_engine_deploys_by_its_name_and_the_name_stays', async () => {
  const source = { kind: 'image' as const, reference: 'php:8.4-apache' };
  const { id } = await server.control.call('deployments.create', { app: 'named', source });
  const { failure } = await server.control.stream('deployments.follow', { id }, () => {});
  expect(failure).toBeNull();
  const [made] = await containers('named');
  expect(made?.Ports).toMatchObject([{ PrivatePort: 80, IP: '127.0.0.1' }]);
  expect((await docker.getImage('php:8.4-apache').inspect()).RepoTags).toContain('php:8.4-apache');
}, 120_000);

test('an_image_archive_deploys_without_taking_a_name_from_anybody', async () => {
  const reference = `archived-${process.pid}:1`;
  const [repo = '', tag = ''] = reference.split(':');
  await docker.getImage('debian:bookworm-slim').tag({ repo, tag });
  const archive = await docker.getImage(reference).get();
  const { upload } = await server.control.upload(
    'uploads.create',
    {},
    Readable.toWeb(Readable.from(archive)),
  );
  await docker.getImage(reference).remove({ noprune: true });
  const source = { kind: 'upload' as const, upload, from: 'docker save' };
  const { id } = await server.control.call('deployments.create', { app: 'archive', source });
  const { failure, release } = await server.control.stream('deployments.follow', { id }, () => {});
  // It was loaded and started; its command is a shell, which ends at once.
  expect(release).toBe(1);
  expect(failure).toMatchObject({ phase: 'checking' });
  const named = docker.getImage(reference).inspect();
  await expect(named).rejects.toMatchObject({ statusCode: 404 });
}, 60_000);

test('no_request_is_lost_over_deploys_and_rollbacks_of_containers', async () => {
  await server.deploy('busy', nodeApp());
  const lost: string[] = [];
  let asked = 0;
  let busy = true;
  const visitor = async () => {
    while (busy) {
      asked++;
      const answer = await server.get('busy').catch((error: unknown) => String(error));
      if (typeof answer === 'string') lost.push(answer);
      else if (answer.status !== 200) lost.push(`${answer.status} ${await answer.text()}`);
      else await answer.text();
    }
  };
  const visitors = Array.from({ length: 4 }, visitor);
  for (const release of [2, 3, 4]) {
    expect((await server.deploy('busy', nodeApp())).failure).toBeNull();
    expect(await body('busy')).toBe(String(release));
  }
  await server.control.call('releases.rollback', { app: 'busy' });
  expect(await body('busy')).toBe('3');
  busy = false;
  await Promise.all(visitors);
  expect(lost).toEqual([]);
  expect(asked).toBeGreaterThan(100);
}, 120_000);

test('containers_are_adopted_by_the_next_server_and_not_started_again', async () => {
  // The release that was left may still be ending beside it.
  const serving = async () =>
    (await containers('busy')).filter(({ Labels }) => Labels['windlass.release'] === '3').map(({ Id }) => Id);
  const before = await serving();
  expect(before).toHaveLength(1);
  await server.restart('SIGKILL');
  expect(await body('busy')).toBe('3');
  expect(await serving()).toEqual(before);
}, 60_000);

test('routes_go_on_while_the_engine_is_away_and_what_died_meanwhile_is_started_again', async () => {
  const finding = async () => {
    const { findings } = await server.control.call('server.doctor', {});
    return findings.find(({ check }) => check === 'docker');
  };
  await relay.cut();
  await until(async () => (await finding())?.state === 'failing', 5000);
  expect(await body('busy')).toBe('3');
  const [running] = (await containers('busy')).filter(({ State }) => State === 'running');
  await docker.getContainer(running?.Id ?? '').kill();
  await relay.join();
  await until(async () => (await finding())?.state === 'ok', 5000);
  await until(async () => (await server.get('busy')).status === 200, 15_000);
  expect(await body('busy')).toBe('3');
}, 60_000);

test('a_secret_is_in_no_layer_label_or_log_and_none_is_taken_by_ARG', async () => {
  const secret = 'b4d-5ecret-91c7';
  await server.control.call('env.set', { app: 'safe', set: { API_TOKEN: secret }, unset: [], apply: false });
  const lines: string[] = [];
  const refused = await server.deploy('safe', {
    ...nodeApp(),
    Dockerfile: nodeDockerfile.replace('WORKDIR', 'ARG API_TOKEN\nRUN echo $API_TOKEN\nWORKDIR'),
  });
  expect(refused.failure?.message).toContain('API_TOKEN by ARG');
  const { failure } = await server.deploy('safe', {
    ...nodeApp(),
    'server.js': `console.log('token', process.env.API_TOKEN);\n${nodeServer}`,
  });
  expect(failure).toBeNull();
  const [made] = await containers('safe');
  const container = await docker.getContainer(made?.Id ?? '').inspect();
  const image = docker.getImage(container.Image);
  expect(
    JSON.stringify([await image.history(), await image.inspect(), container.Config.Labels]),
  ).not.toContain(secret);
  await until(async () => {
    lines.length = 0;
    await server.control.stream(
      'logs.read',
      { app: 'safe', environment: 'production', kind: 'run', tail: 100, follow: false },
      (line) => void lines.push(line.text),
    );
    return lines.some((text) => text.startsWith('token'));
  });
  expect(lines.join('\n')).not.toContain(secret);
}, 60_000);

test('a_secret_file_is_read_by_whoever_the_app_runs_as_and_stands_in_no_environment', async () => {
  const secret = 'f1le-5ecret-55d2';
  await server.control.call('env.set', { app: 'filed', set: { DB_PASSWORD: secret, PLAIN: 'yes' } });
  const { failure } = await server.deploy('filed', {
    ...nodeApp({ secretFiles: ['DB_PASSWORD'], readOnly: true }),
    'server.js': `const { readFileSync, writeFileSync } = require('node:fs');
const attempt = (path) => { try { writeFileSync(path, 'x'); return 'written'; } catch (error) { return error.code; } };
const seen = () => JSON.stringify({
  secret: readFileSync(process.env.DB_PASSWORD_FILE, 'utf8'),
  plain: process.env.PLAIN,
  environment: process.env.DB_PASSWORD,
  inside: attempt('/app/x'),
  temporary: attempt('/tmp/x'),
});
require('node:http').createServer((_, res) => res.end(seen())).listen(process.env.PORT, '0.0.0.0');`,
  });
  expect(failure).toBeNull();
  expect(JSON.parse(await body('filed'))).toEqual({
    secret,
    plain: 'yes',
    inside: 'EROFS',
    temporary: 'written',
  });
  const [made] = await containers('filed');
  const container = await docker.getContainer(made?.Id ?? '').inspect();
  expect(container.HostConfig.ReadonlyRootfs).toBe(true);
  expect(JSON.stringify(container)).not.toContain(secret);
  const [folder = ''] = container.HostConfig.Mounts?.map(({ Source }) => Source) ?? [];
  expect(existsSync(folder)).toBe(true);
  await server.control.call('apps.remove', { app: 'filed' });
  // It goes with the container.
  expect(existsSync(folder)).toBe(false);
}, 60_000);

test('a_command_runs_in_a_container_of_the_release_and_leaves_nothing', async () => {
  const { code, out } = await server.cli('run', 'busy', '--', 'node', '-p', '6 * 7');
  expect(out).toContain('42');
  expect(code).toBe(0);
  expect((await containers('busy')).length).toBe(1);
}, 60_000);

test('a_terminal_opens_in_a_container_of_the_release_takes_what_is_typed_and_leaves_nothing', async () => {
  let shown = '';
  let id = '';
  const type = (text: string) =>
    server.control.call('terminals.write', { id, base64: Buffer.from(text).toString('base64') });
  const ending = server.control.stream('terminals.open', { app: 'busy', columns: 91, rows: 23 }, (event) => {
    if (event.kind === 'opened') id = event.id;
    else shown += Buffer.from(event.base64, 'base64').toString();
  });
  await until(() => shown.includes('$') || shown.includes('#'));
  await type('stty size; echo "release is $WINDLASS_RELEASE"\n');
  await until(() => shown.includes('23 91') && shown.includes('release is 3'));
  await server.control.call('terminals.resize', { id, columns: 70, rows: 20 });
  await type('stty size; exit 7\n');
  expect(await ending).toMatchObject({ code: 7 });
  expect(shown).toContain('20 70');
  await until(async () => (await containers('busy')).length === 1);
}, 60_000);

test('a_terminal_whose_reader_goes_away_ends_with_what_runs_in_it', async () => {
  const away = new AbortController();
  let id = '';
  const ending = server.control
    .stream(
      'terminals.open',
      { app: 'busy', columns: 80, rows: 24, argv: ['sh', '-c', 'sleep 76544'] },
      (event) => {
        if (event.kind === 'opened') id = event.id;
      },
      away.signal,
    )
    .catch(() => null);
  await until(async () => id !== '' && (await containers('busy')).length === 2);
  away.abort();
  await ending;
  await until(async () => (await containers('busy')).length === 1, 15_000);
}, 60_000);

test('a_Dockerfile_that_asks_for_BuildKit_is_built_by_it_and_told_line_by_line', async () => {
  const lines: string[] = [];
  // New each time, so that no cache has it.
  const mark = `said-by-${crypto.randomUUID()}`;
  const dockerfile = nodeDockerfile.replace('COPY', `RUN --mount=type=cache,target=/c echo ${mark}\nCOPY`);
  const { failure } = await server.deploy('kit', { ...nodeApp(), Dockerfile: dockerfile });
  expect(failure).toBeNull();
  expect(await body('kit')).toBe('1');
  await server.control.stream(
    'logs.read',
    { app: 'kit', environment: 'production', kind: 'build', tail: 100, follow: false },
    (line) => void lines.push(line.text),
  );
  expect(lines).toContain(mark);
}, 60_000);

test('a_build_is_cancelled_in_the_engine_too', async () => {
  const marks = async () => (await Bun.$`pgrep -f "sleep 76543"`.nothrow().quiet()).exitCode === 0;
  const slow = server.deploy('slow', { ...nodeApp(), Dockerfile: 'FROM node:22-slim\nRUN sleep 76543\n' });
  await until(marks, 20_000);
  const { deployments } = await server.control.call('deployments.list', { app: 'slow' });
  await server.control.call('deployments.cancel', { id: deployments[0]?.id ?? '' });
  expect((await slow).phase).toBe('cancelled');
  await until(async () => !(await marks()), 10_000);
}, 60_000);

test('a_removed_app_takes_its_containers_images_and_volumes_along_and_nothing_of_others', async () => {
  for (const app of ['busy', 'safe', 'kit', 'archive', 'python', 'php', 'go', 'named', 'slow']) {
    await server.control.call('apps.remove', { app, volumes: true });
    expect(await containers(app)).toEqual([]);
  }
  const tags = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  expect(tags.filter((tag) => tag.startsWith(owner))).toEqual([]);
  const now = await foreign();
  for (const each of foreignBefore) expect(now).toContain(each);
}, 60_000);

/** Images with their names, and containers with their state, of nobody in this test. */
async function foreign(): Promise<string[]> {
  const images = await docker.listImages();
  const made = await docker.listContainers({ all: true });
  const isTest = (labels: Record<string, string> | null) => labels?.['windlass.data'] !== undefined;
  return [
    ...images
      .filter(
        ({ Labels, RepoTags }) =>
          !isTest(Labels) && (RepoTags ?? []).some((tag) => !/^(<none>|windlass-)/.test(tag)),
      )
      .map(({ Id }) => Id),
    ...made.filter(({ Labels }) => !isTest(Labels)).map(({ Id }) => Id),
  ];
}

function openRelay(): Relay {
  let listening: Server | null = null;
  const sockets = new Set<Socket>();
  return {
    async join() {
      listening = createServer((near) => {
        const far = connect(engineSocketPath);
        for (const [from, to] of [
          [near, far],
          [far, near],
        ] as const) {
          sockets.add(from);
          from.pipe(to);
          from.on('error', () => to.destroy());
          from.on('close', () => {
            sockets.delete(from);
            to.destroy();
          });
        }
      });
      await new Promise<void>((resolve) => listening?.listen(relayPath, resolve));
    },
    async cut() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => (listening === null ? resolve(null) : listening.close(resolve)));
      listening = null;
      rmSync(relayPath, { force: true });
    },
  };
}
