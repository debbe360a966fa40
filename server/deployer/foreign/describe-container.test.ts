// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files
import { expect, test } from 'bun:test';
import { chooseWeb } from '../composition/choose-web.ts';
import { createFaults } from '../composition/faults.ts';
import { fillSurroundings } from '../composition/fill.ts';
import { readCompose } from '../composition/read-compose.ts';
import { describeContainer, type SeenContainer, type SeenImage } from './describe-container.ts';

const image: SeenImage = {
  Config: {
    Env: ['PATH=/bin', 'VERSION=1'],
    Cmd: ['serve'],
    Entrypoint: ['/entry'],
    WorkingDir: '/app',
    ExposedPorts: { '80/tcp': {} },
  },
};
const container = (
  config: Partial<SeenContainer['Config']>,
  host: Partial<SeenContainer['HostConfig']> = {},
) =>
  ({
    Name: '/wiki',
    Image: 'sha256:1',
    Config: { ...image.Config, Image: 'wiki:2', ...config },
    HostConfig: { NetworkMode: 'default', ...host },
    Mounts: [],
  }) satisfies SeenContainer;

/** What a deployment would make of the description. */
async function read(compose: string, variables: Record<string, string>) {
  const faults = createFaults('compose.yaml');
  const { services } = await readCompose(compose, 'compose.yaml', faults, (name) => variables[name]);
  faults.settle();
  expect(faults.warnings).toEqual([]);
  const [service] = services;
  if (service === undefined) throw new Error('no service');
  const { filled } = fillSurroundings(service.surroundings, service.name, { variables, given: {} });
  return { service, filled, web: chooseWeb(services, undefined, undefined) };
}

test('a_container_as_its_image_is_needs_nothing_but_the_image', async () => {
  const { compose, variables, warnings } = describeContainer(container({}), image, 'wiki:2');
  const { service, filled, web } = await read(compose, variables);
  expect(service.image).toBe('wiki:2');
  expect(filled.entrypoint).toBeUndefined();
  expect(filled.command).toBeUndefined();
  expect(web.port).toBe(80);
  expect(warnings).toEqual([]);
});

test('its_own_command_variables_and_limits_come_out_of_the_file_as_they_went_in', async () => {
  const secret = 'it is $ecret: "quoted"\nand long';
  const { compose, variables } = describeContainer(
    container(
      {
        Env: [...(image.Config.Env ?? []), `TOKEN=${secret}`, 'VERSION=2'],
        Cmd: ['run', '$HOME', 'a b'],
        User: '1000:1000',
      },
      {
        Memory: 256 * 1024 ** 2,
        NanoCpus: 5e8,
        PortBindings: { '8080/tcp': [{}] },
        RestartPolicy: { Name: 'on-failure' },
        ReadonlyRootfs: true,
      },
    ),
    image,
    'wiki:2',
  );
  expect(compose).not.toContain('$ecret');
  const { service, filled, web } = await read(compose, variables);
  expect(filled).toMatchObject({
    command: ['run', '$HOME', 'a b'],
    user: '1000:1000',
    readOnly: true,
    environment: { TOKEN: secret, VERSION: '2' },
  });
  expect(service).toMatchObject({ memory: 256 * 1024 ** 2, cpu: 0.5, restart: 'on-failure' });
  expect(web.port).toBe(8080);
});

test('its_volumes_become_volumes_of_the_app_and_what_reaches_beyond_is_left_out_with_a_word', async () => {
  const mounts = [
    { Type: 'volume', Name: 'wiki_data', Source: '/v', Destination: '/data', RW: true },
    { Type: 'volume', Name: 'f'.repeat(64), Source: '/v', Destination: '/cache', RW: true },
    { Type: 'bind', Source: '/srv/wiki', Destination: '/files', RW: true },
    { Type: 'bind', Source: '/var/run/docker.sock', Destination: '/var/run/docker.sock', RW: true },
  ];
  const { compose, volumes, warnings } = describeContainer(
    { ...container({}, { NetworkMode: 'backend', Privileged: true }), Mounts: mounts },
    image,
    'wiki:2',
  );
  expect(volumes).toEqual([
    { name: 'wiki-data', path: '/data' },
    { name: 'cache', path: '/cache' },
    { name: 'files', path: '/files' },
  ]);
  expect(compose).not.toContain('docker.sock');
  expect(warnings.join('\n')).toMatch(/socket of the engine[\s\S]*privileged[\s\S]*backend/);
  expect(warnings.join('\n')).toContain('/srv/wiki');
  await read(compose, {});
});
