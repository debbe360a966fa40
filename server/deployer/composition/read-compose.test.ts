// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files
import { expect, test } from 'bun:test';
import { chooseWeb } from './choose-web.ts';
import { createFaults } from './faults.ts';
import { readCompose } from './read-compose.ts';

const variables: Record<string, string> = { DB_PASSWORD: 's3cret', TAG: '15' };

async function read(text: string) {
  const faults = createFaults('compose.yaml');
  const file = await readCompose(text, 'compose.yaml', faults, (name) => variables[name]);
  return { ...file, faults, warnings: faults.warnings };
}

/** What `settle` throws. */
async function refused(text: string): Promise<string> {
  const { faults } = await read(text);
  try {
    faults.settle();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const shop = `
name: shop
x-common: &common
  restart: unless-stopped
  environment:
    LANG: C.UTF-8
services:
  web:
    <<: *common
    build: .
    ports: ["8080:3000"]
    depends_on:
      db: { condition: service_healthy }
      migrate: { condition: service_completed_successfully }
  migrate:
    build: { context: ., target: tools, args: [MODE=fast] }
    command: npm run "migrate all"
    depends_on: [db]
  db:
    <<: *common
    image: postgres:\${TAG:-14}
    environment:
      - POSTGRES_PASSWORD=\${DB_PASSWORD:?must be set}
      - POSTGRES_USER
    volumes:
      - pg_data:/var/lib/postgresql/data
      - ./init.sql:/docker-entrypoint-initdb.d/init.sql:ro
    healthcheck:
      test: pg_isready -U postgres
      interval: 1m30s
      retries: 5
    mem_limit: 256m
    deploy: { resources: { limits: { cpus: "0.5" } } }
    stop_grace_period: 1m
volumes:
  pg_data:
`;

test('a_usual_file_is_read_whole', async () => {
  const { services, volumes, faults, warnings } = await read(shop);
  expect(() => faults.settle()).not.toThrow();
  expect(warnings).toEqual([]);
  const [web, migrate, db] = services;
  expect(web).toMatchObject({
    restart: 'always',
    build: { context: '.' },
    published: [3000],
    needs: [
      { service: 'db', condition: 'healthy' },
      { service: 'migrate', condition: 'completed' },
    ],
  });
  expect(migrate).toMatchObject({
    build: { target: 'tools', args: { MODE: 'fast' } },
    surroundings: { command: ['npm', 'run', 'migrate all'] },
    needs: [{ service: 'db', condition: 'started' }],
  });
  expect(db).toMatchObject({
    image: 'postgres:15',
    placed: [{ from: 'init.sql', to: '/docker-entrypoint-initdb.d/init.sql' }],
    memory: 256 * 1024 ** 2,
    cpu: 0.5,
    stopGraceMs: 60_000,
    surroundings: {
      volumes: [{ name: 'pg-data', path: '/var/lib/postgresql/data', readOnly: false }],
      healthcheck: { test: ['CMD-SHELL', 'pg_isready -U postgres'], interval: 90_000, retries: 5 },
    },
  });
  const template = '${DB_PASSWORD:?must be set}';
  expect(db?.surroundings.environment?.POSTGRES_PASSWORD).toBe(template);
  expect(volumes).toEqual(['pg-data']);
});

test('values_of_variables_are_not_kept_with_the_plan', async () => {
  const { services } = await read(shop);
  expect(JSON.stringify(services)).not.toContain('s3cret');
});

const web = (lines: string) => `services:\n  web:\n    image: nginx\n${lines}\n`;

test('every_refusal_names_its_key_and_line', async () => {
  const cases: [string, RegExp][] = [
    [web('    privileged: true'), /line 4: services\.web\.privileged/],
    [web('    network_mode: host'), /line 4: services\.web\.network_mode is not supported/],
    [web('    volumes:\n      - /etc:/etc'), /line 5: services\.web\.volumes takes \/etc from the server/],
    [web('    volumes:\n      - /var/run/docker.sock:/s'), /line 5: .* container engine/],
    [web('    volumes: [../up:/x]'), /line 4: .*takes \.\.\/up/],
    [web('    comand: x'), /line 4: services\.web\.comand is not known/],
    [web('    depends_on: [db]'), /names db, which is no service/],
    [web('    restart: sometimes'), /line 4: services\.web\.restart must be/],
    [web('    ports: ["3000-3005"]'), /line 4: services\.web\.ports must name one port/],
    ['services:\n  web:\n    ports: [80]', /line 2: web has neither/],
    [web('    environment:\n      A: ${NOPE:?please}'), /line 5: A the variable NOPE must be set: please/],
  ];
  for (const [text, message] of cases) {
    expect(await refused(text)).toMatch(message);
  }
});

test('what_an_app_can_do_without_is_a_warning_with_its_line', async () => {
  const { warnings, faults } = await read(
    web('    logging: { driver: none }\n    cap_add: [NET_ADMIN]\n    environment: [A=$NOPE]'),
  );
  expect(() => faults.settle()).not.toThrow();
  expect(warnings).toEqual([
    'compose.yaml line 4: services.web.logging is left out',
    'compose.yaml line 5: services.web.cap_add is left out',
    'compose.yaml line 6: A uses the variable NOPE, which is not set: it is empty',
  ]);
});

test('broken_yaml_and_keys_set_twice_are_told_with_line_and_column', async () => {
  await expect(read('services:\n  web:\n\timage: x')).rejects.toThrow(/compose\.yaml line 3/);
  await expect(read('services:\n  web:\n    image: x\n    image: y')).rejects.toThrow(
    /line 4, column 5.*unique/,
  );
  await expect(read('a: 1')).rejects.toThrow('has no services');
});

test('aliases_that_multiply_are_stopped', async () => {
  const levels = Array.from({ length: 30 }, (_, at) => `x${at + 1}: &x${at + 1} [*x${at}, *x${at}]`);
  const bomb = ['x0: &x0 [1]', ...levels, 'services: { web: { image: nginx } }'].join('\n');
  await expect(read(bomb)).rejects.toMatchObject({ code: 'limit' });
});

test('the_service_that_serves_publishes_a_port_that_is_no_databases', async () => {
  const { services } = await read(`
services:
  db: { image: postgres, ports: ["5432:5432"] }
  api: { image: api, ports: ["127.0.0.1:8000:80/tcp"] }
`);
  expect(chooseWeb(services, undefined, undefined)).toMatchObject({ service: { name: 'api' }, port: 80 });
  expect(chooseWeb(services, 'db', undefined)).toMatchObject({ service: { name: 'db' }, port: 5432 });
  expect(() => chooseWeb(services, 'nope', undefined)).toThrow('nope');
});

test('where_several_could_serve_it_is_asked_which', async () => {
  const { services } = await read(`
services:
  one: { image: a, ports: ["80"] }
  two: { image: b, ports: [{ target: 81 }] }
`);
  expect(() => chooseWeb(services, undefined, undefined)).toThrow('one, two');
});
