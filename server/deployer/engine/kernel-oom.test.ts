import { expect, test } from 'bun:test';
import { kernelSaysOom } from './kernel-oom.ts';

const container = '21ab2d208eeee86bda94cc20efd3934b34f8a36c1d0478e8ced69f709c8a0f09';
const other = 'f'.repeat(64);
const record = (constraint: string, group: string, task = group) =>
  `6,2410,16507174353,-;oom-kill:constraint=${constraint},nodemask=(null),cpuset=x,mems_allowed=0,` +
  `oom_memcg=${group},task_memcg=${task},task=node,pid=30125,uid=0\n`;

test('the_limit_of_a_container_is_known_by_its_group_with_either_driver', () => {
  expect(kernelSaysOom(container, [record('CONSTRAINT_MEMCG', `/docker/${container}`)])).toBe(true);
  expect(
    kernelSaysOom(container, [record('CONSTRAINT_MEMCG', `/system.slice/docker-${container}.scope`)]),
  ).toBe(true);
});

test('the_end_of_another_container_or_for_want_of_the_whole_machine_is_not_its_limit', () => {
  expect(
    kernelSaysOom(container, [
      record('CONSTRAINT_MEMCG', `/docker/${other}`),
      record('CONSTRAINT_MEMCG', '/docker', `/docker/${container}`),
      record('CONSTRAINT_NONE', `/docker/${container}`),
      '4,2400,16507174000,-;something else\n',
    ]),
  ).toBe(false);
});

test('the_log_of_this_machine_is_read_to_its_end', () => {
  expect(kernelSaysOom(other)).toBe(false);
});
