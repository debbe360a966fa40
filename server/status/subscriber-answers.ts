/** What visitors get who subscribe, confirm and unsubscribe. A link alone changes nothing: programs open links, too. */

import { WindlassError } from '../../shared/errors.ts';
import type { EndpointAnswer, EndpointRequest } from '../kernel/endpoint.ts';
import { answerPage, type Place } from './answers.ts';
import { renderMessage } from './render-page.ts';
import type { Subscriptions } from './subscriptions.ts';

export function answerSubscriber(
  request: EndpointRequest,
  { page, base, path }: Place,
  subscriptions: Subscriptions,
): EndpointAnswer {
  const say = (status: number, text: string, form = '') =>
    answerPage(status, renderMessage(page.title, text, base, form));
  if (path === '/subscribe' && request.method === 'POST') {
    if (!page.subscribe || page.address === null) return say(404, 'This page takes no subscriptions.');
    const to = new URLSearchParams(new TextDecoder().decode(request.body)).get('to') ?? '';
    switch (subscriptions.ask(page, to, request.client)) {
      case 'asked':
        return say(200, 'Thank you. Please open the link in the message that comes now.');
      case 'wrong':
        return say(400, 'That is neither an e-mail address nor the https:// address of a webhook.');
      case 'too-many':
        return say(429, 'That was too often. Please try again in an hour.');
    }
  }
  const [, purpose, token = ''] = /^\/(confirm|unsubscribe)\/([^/]+)$/.exec(path) ?? [];
  if (purpose !== 'confirm' && purpose !== 'unsubscribe') return say(404, 'There is nothing here.');
  const subscriber = subscriptions.find(page, purpose, token);
  if (subscriber === null) return say(404, 'This link is no longer good.');
  if (request.method === 'POST') {
    if (purpose === 'confirm') subscriptions.confirm(subscriber);
    else subscriptions.end(subscriber);
    return say(200, purpose === 'confirm' ? 'You will hear of incidents.' : 'You will hear nothing more.');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new WindlassError('invalid', `${request.method} is not for subscriptions`);
  }
  const [question, button] =
    purpose === 'confirm'
      ? ['Do you want to hear of incidents?', 'Yes, tell me']
      : ['Do you want to hear nothing more?', 'Yes, stop'];
  const action = `${base}/${purpose}/${token}`;
  return say(200, question, `<form method="post" action="${action}"><button>${button}</button></form>`);
}
