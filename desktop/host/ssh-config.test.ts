/** Suggestions from ssh_config(5) text. */

import { expect, test } from 'bun:test';
import { hostsIn } from './ssh-config.ts';

test('the_first_value_counts_and_patterns_add_to_it', () => {
  const text = `
# mine
Host web web2
  HostName %h.example.com
  Port 2222
Host web
  Port 9
  User deploy
  IdentityFile "~/.ssh/my key"
Host *.internal
  User nobody
Host !web2 *
  User=root
  ProxyJump hop@bastion:23
Match host x
  User ignored
`;
  expect(hostsIn(text, 'me')).toEqual([
    {
      alias: 'web',
      address: {
        kind: 'ssh',
        host: 'web.example.com',
        port: 2222,
        user: 'deploy',
        auth: { kind: 'key', path: '~/.ssh/my key' },
        jump: { host: 'bastion', port: 23, user: 'hop', auth: { kind: 'key', path: '~/.ssh/my key' } },
      },
    },
    {
      alias: 'web2',
      address: {
        kind: 'ssh',
        host: 'web2.example.com',
        port: 2222,
        user: 'me',
        auth: { kind: 'agent' },
      },
    },
  ]);
});

test('what_could_be_read_as_an_option_is_no_host', () => {
  expect(hostsIn('Host a\n HostName -oProxyCommand=id\nHost b\n Port 99999\n', 'me')).toEqual([]);
});

test('no_text_is_no_hosts', () => {
  expect(hostsIn('', 'me')).toEqual([]);
});
