/** Compose apps with a whole server and a real engine: a database beside an app, over deploys, failures, rollbacks, restarts. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { startTestServer, type TestServer, until } from '../commands/server.fixture.ts';
import { confinementLabel } from '../confine/choose.ts';
import { openDockerRoom, removeOwned } from '../engine/docker-room.fixture.ts';
import { ours } from '../engine/labels.ts';

const room = await openDockerRoom();
const { docker } = room;
let server: TestServer;
let owner: string;

beforeAll(async () => {
  server = await startTestServer();
  owner = confinementLabel(server.data);
});
afterAll(async () => {
  await server.stop();
  await removeOwned(docker, owner);
  await room.close();
});

const password = 'pg-5ecret-77aa';
const composeFile = `
services:
  web:
    build: .
    ports: ["8080:8080"]
    environment:
      PGPASSWORD: \${DB_PASSWORD:?must be set}
      PGHOST: db
      PGUSER: postgres
      COLOUR: \${COLOUR:-blue}
    secrets: [api_key]
    depends_on:
      db: { condition: service_healthy }
      migrate: { condition: service_completed_successfully }
  migrate:
    image: postgres:15
    command: psql -h db -U postgres -c 'CREATE TABLE IF NOT EXISTS migrated (n int)'
    environment: { PGPASSWORD: "\${DB_PASSWORD}" }
    depends_on: { db: { condition: service_healthy } }
  db:
    image: postgres:15
    environment:
      POSTGRES_PASSWORD_FILE: /run/secrets/db_password
    secrets: [db_password]
    volumes:
      - data:/var/lib/postgresql/data
      - ./init.sql:/docker-entrypoint-initdb.d/init.sql:ro
    healthcheck: { test: "PGPASSWORD=$$(cat /run/secrets/db_password) psql -h 127.0.0.1 -U postgres -c 'SELECT 1'", interval: 1s, retries: 20 }
    stop_signal: SIGINT
volumes: { data: }
secrets:
  db_password: { environment: DB_PASSWORD }
  api_key: { environment: API_KEY }
`;
const apiKey = 'key-5ecret-31b0';

/** Adds a row and answers with all there are, asking the database through its own client. */
const appServer = `import os, subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

def ask(sql):
    done = subprocess.run(["psql", "-h", "db", "-tAc", sql], capture_output=True, text=True)
    return done.stdout.strip() or done.stderr.strip()

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/add":
            body = ask("INSERT INTO visits SELECT count(*) + 1 FROM visits; SELECT count(*) FROM visits")
        elif self.path == "/secret":
            body = open("/run/secrets/api_key").read()
        elif self.path == "/colour":
            body = os.environ["COLOUR"]
        else:
            body = ask("SELECT count(*) FROM visits")
        self.send_response(200 if os.environ.get("BROKEN") is None else 500)
        self.end_headers()
        self.wfile.write(body.encode())

ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Answer).serve_forever()
`;
const dockerfile = `FROM postgres:15
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3 > /dev/null
WORKDIR /app
ENTRYPOINT []
CMD ["python3", "server.py"]
COPY . .
`;
const files = (more: Record<string, string> = {}) => ({
  'compose.yaml': composeFile,
  Dockerfile: dockerfile,
  'server.py': appServer,
  'init.sql': 'CREATE TABLE visits (n int);',
  'windlass.json': JSON.stringify({ health: { interval: 0.1, watch: 0 } }),
  ...more,
});
const ask = async (path: string) => (await server.get('shop', path)).text();
const containers = () => docker.listContainers({ all: true, filters: ours(owner, 'shop') });
const beside = async (service: string) => {
  const { environments } = await server.control.call('apps.get', { app: 'shop' });
  return environments[0]?.instances.find((each) => each.service === service);
};

test('without_its_variables_it_is_refused_with_their_names_and_lines', async () => {
  const { failure } = await server.deploy('shop', files());
  expect(failure?.message).toMatch(/compose\.yaml line \d+: PGPASSWORD the variable DB_PASSWORD must be set/);
}, 60_000);

test('a_database_beside_an_app_keeps_its_data_over_5_deploys', async () => {
  await server.control.call('env.set', { app: 'shop', set: { DB_PASSWORD: password, API_KEY: apiKey } });
  let before: string | undefined;
  for (let round = 1; round <= 5; round++) {
    const { failure } = await server.deploy('shop', files({ 'round.txt': String(round) }));
    expect(failure).toBeNull();
    expect(await ask('/add')).toEndWith(String(round));
    const now = (await beside('db'))?.id;
    expect(now).toBeDefined();
    // It was not even started again.
    expect(now).toBe(before ?? (now as string));
    before = now;
  }
  expect(await ask('/')).toBe('5');
  expect(await beside('migrate')).toBeUndefined();
}, 180_000);

test('a_preview_has_a_database_of_its_own_and_does_not_reach_that_of_production', async () => {
  const environment = 'preview';
  await server.control.call('env.set', {
    app: 'shop',
    environment,
    set: { DB_PASSWORD: password, API_KEY: apiKey },
  });
  expect((await server.deploy('shop', files(), environment)).failure).toBeNull();
  for (let tries = 0; tries < 5; tries++) {
    expect(await (await server.get('shop-preview')).text()).toBe('0');
    expect(await ask('/')).toBe('5');
  }
  await server.control.call('apps.stop', { app: 'shop', environment });
}, 60_000);

test('a_secret_file_is_there_and_its_text_is_in_no_inspection_of_the_engine', async () => {
  expect(await ask('/secret')).toBe(apiKey);
  for (const { Id, Image } of await containers()) {
    const seen = JSON.stringify([
      await docker.getContainer(Id).inspect(),
      await docker.getImage(Image).inspect(),
      await docker.getImage(Image).history(),
    ]);
    expect(seen).not.toContain(apiKey);
  }
  const db = await docker.getContainer(`${owner}-${(await beside('db'))?.id}`).inspect();
  expect(JSON.stringify(db)).not.toContain(password);
}, 60_000);

test('a_failed_deploy_leaves_the_app_and_its_database_as_they_were', async () => {
  const db = (await beside('db'))?.id;
  const changed = composeFile
    .replace('interval: 1s', 'interval: 2s')
    .replace('    secrets: [api_key]', '    secrets: [api_key]\n    labels: { broken: "1" }');
  const broken = changed.replace('COLOUR: ', 'BROKEN: "1"\n      COLOUR: ');
  const failed = await server.deploy(
    'shop',
    files({
      'compose.yaml': broken,
      'windlass.json': JSON.stringify({ health: { interval: 0.1, watch: 0, timeout: 3 } }),
    }),
  );
  expect(failed.phase).toBe('failed');
  // The database had to be replaced for the release that failed, and is again what the live one wants.
  await until(async () => (await beside('db'))?.state === 'running');
  expect((await beside('db'))?.id).not.toBe(db);
  await until(async () => (await ask('/')) === '5');
}, 120_000);

test('a_database_that_dies_is_started_again_and_the_next_server_finds_it', async () => {
  const db = await beside('db');
  await docker.getContainer(`${owner}-${db?.id}`).kill();
  await until(
    async () => (await beside('db'))?.restarts === 1 && (await beside('db'))?.state === 'running',
    15_000,
  );
  await until(async () => (await ask('/')) === '5', 15_000);
  const [before] = (await containers()).filter(({ Names }) => Names[0] === `/${owner}-${db?.id}`);
  await server.restart('SIGKILL');
  expect(await ask('/')).toBe('5');
  const [after] = (await containers()).filter(({ Names }) => Names[0] === `/${owner}-${db?.id}`);
  expect(after?.Id).toBe(before?.Id as string);
}, 60_000);

test('a_restart_takes_new_variables_and_a_stopped_app_ends_whole', async () => {
  const { deployment } = await server.control.call('env.set', {
    app: 'shop',
    set: { COLOUR: 'green' },
    apply: true,
  });
  await server.control.stream('deployments.follow', { id: deployment?.id ?? '', toEnd: true }, () => {});
  expect(await ask('/colour')).toBe('green');
  await server.control.call('apps.stop', { app: 'shop' });
  expect(await containers()).toEqual([]);
  await server.control.call('apps.start', { app: 'shop' });
  await until(async () => (await ask('/')) === '5');
}, 60_000);

test('removing_the_app_with_its_volumes_leaves_nothing_of_it', async () => {
  await server.control.call('apps.remove', { app: 'shop', volumes: true });
  expect(await containers()).toEqual([]);
  expect((await docker.listVolumes({ filters: ours(owner) })).Volumes ?? []).toEqual([]);
  const tags = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  expect(tags.filter((tag) => tag.startsWith(owner))).toEqual([]);
}, 60_000);
