/** Which engine is asked, and in which version. */

import { expect, test } from 'bun:test';
import { registryOf } from './credentials.ts';
import { commonVersion, engineSocket } from './engine-socket.ts';

test('the_newest_version_both_speak_is_spoken', () => {
  expect(commonVersion('1.41', '1.12')).toBe('1.41');
  expect(commonVersion('1.52', '1.44')).toBe('1.47');
  expect(() => commonVersion('1.60', '1.50')).toThrow('1.50 to 1.60');
  expect(() => commonVersion('1.39', '1.12')).toThrow('1.39');
});

test('an_engine_of_another_machine_is_none_of_ours', () => {
  expect(engineSocket(undefined)).toBe('/var/run/docker.sock');
  expect(engineSocket('unix:///run/user/1/docker.sock')).toBe('/run/user/1/docker.sock');
  expect(engineSocket('tcp://10.0.0.1:2376')).toBeNull();
});

test('the_registry_is_the_first_part_where_it_looks_like_a_host', () => {
  expect(registryOf('nginx:1.29')).toBe('docker.io');
  expect(registryOf('you/shop')).toBe('docker.io');
  expect(registryOf('ghcr.io/you/shop:v2')).toBe('ghcr.io');
  expect(registryOf('localhost:5000/shop')).toBe('localhost:5000');
});
