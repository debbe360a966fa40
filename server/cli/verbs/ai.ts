/** `windlass ai`: the AI gateway: keys, providers, models, budgets, usage. */

import { budgets } from '../ai/budgets.ts';
import { keys } from '../ai/keys.ts';
import { models } from '../ai/models.ts';
import { providers } from '../ai/providers.ts';
import { usage } from '../ai/usage.ts';
import { UsageError } from '../usage-error.ts';
import { environmentFlag, type Verb } from '../verb.ts';

const subjects = { keys, usage, models, providers, budgets } as const;
const names = Object.keys(subjects);

export const ai: Verb = {
  name: 'ai',
  summary: 'let apps call models: keys, providers, budgets, usage',
  usage: [
    'ai keys [list | create [NAME] [--app APP] | remove ID | public on|off]',
    'ai providers [list | add NAME [KIND] < KEY | test NAME MODEL | remove NAME]',
    'ai models [list [TEXT] | alias NAME PROVIDER/MODEL… | unalias NAME | price MODEL [INPUT OUTPUT]]',
    'ai models prices < FILE | prices bundled',
    'ai budgets [list | add DOLLARS [hour|day|week|month|total] | remove ID]',
    'ai usage [report | calls | metrics] [--since 30d] [--by app,model]',
  ],
  about: [
    'An app with a key finds OPENAI_BASE_URL, OPENAI_API_KEY and their like for Anthropic and Gemini in its',
    'environment; any official SDK then calls any model. API keys of providers are read from stdin, one a line.',
    'A budget holds before a call is sent, by the most that it can cost.',
  ],
  examples: [
    { what: 'a provider, its key from a file', line: 'windlass ai providers add openai < key.txt' },
    { what: 'a key for an app', line: 'windlass ai keys create --app shop' },
    { what: 'no more than $20 a month', line: 'windlass ai budgets add 20 month --app shop' },
    {
      what: 'a name apps use, and who answers',
      line: 'windlass ai models alias smart openai/gpt-5 anthropic/claude-sonnet-4-5',
    },
    { what: 'prices of today', line: 'windlass ai models prices < model_prices_and_context_window.json' },
    { what: 'what each release cost', line: 'windlass ai usage --by app,release --since 7d' },
  ],
  arguments: [
    { name: 'SUBJECT', required: true, completes: names },
    { name: 'ACTION', required: false, rest: true },
  ],
  flags: [
    { name: 'app', value: 'APP', summary: 'whose key, budget or usage', completes: 'app' },
    { ...environmentFlag, summary: 'only that environment of the app' },
    { name: 'models', value: 'LIST', summary: 'names of models, * for anything' },
    { name: 'tools', value: 'LIST', summary: 'keys create: functions a model may be given' },
    { name: 'rpm', value: 'N', summary: 'keys create: requests a minute' },
    { name: 'tpm', value: 'N', summary: 'keys create: tokens a minute' },
    { name: 'max-tokens', value: 'N', summary: 'keys create: most tokens of an answer' },
    { name: 'days', value: 'N', summary: 'keys create: days until it is over' },
    { name: 'cache', value: 'SECONDS', summary: 'keys create: keep answers to the same request' },
    { name: 'may-drop', value: 'LIST', summary: 'keys create: fields that other dialects may leave out' },
    { name: 'block', value: 'REGEX', summary: 'keys create: refuse requests that say this' },
    { name: 'redact', value: 'REGEX', summary: 'keys create: leave this out of requests' },
    { name: 'log', summary: 'keys create: keep requests and answers' },
    { name: 'key', value: 'ID', summary: 'budgets add: only this key' },
    { name: 'url', value: 'URL', summary: 'providers add: its address, where it is not the usual one' },
    { name: 'private', summary: 'providers add: it may be within this machine or its network' },
    { name: 'no-key', summary: 'providers add: it needs no API key' },
    {
      name: 'by',
      value: 'LIST',
      summary: 'usage: app, release, model, day …; models alias: order, weighted, fastest',
    },
    { name: 'first-token', value: 'SECONDS', summary: 'models alias: then the next is tried (default: 120)' },
    { name: 'timeout', value: 'SECONDS', summary: 'models alias: for all of an answer (default: 600)' },
    { name: 'since', value: 'TIME', summary: 'usage: from when (default: 30d)' },
    { name: 'limit', value: 'N', summary: 'usage calls: how many (default: 20)' },
  ],
  run: async (context) => {
    const [subject = '', ...words] = context.args;
    const name = names.find((each) => each === subject) as keyof typeof subjects | undefined;
    if (name === undefined)
      throw new UsageError(`\`ai\` knows no "${subject}"`, `It has ${names.join(', ')}.`);
    return subjects[name](context, words);
  },
};
