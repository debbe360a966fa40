/** Amazon Route 53: XML, and requests signed by AWS Signature Version 4. */

import { createHash, createHmac } from 'node:crypto';
import { askApi } from './ask-api.ts';
import { type DnsProvider, needed, noZone, type Settings, textTtl, zonesOf } from './provider.ts';

const kind = 'Route 53';
/** It has one region for all. */
const region = 'us-east-1';

/** Needs `accessKeyId` and `secretAccessKey`; `api` replaces the address. Throws `invalid`. */
export function route53(settings: Settings, now: () => number): DnsProvider {
  const base = settings.api ?? 'https://route53.amazonaws.com';
  const id = needed(settings, 'accessKeyId', kind);
  const secret = needed(settings, 'secretAccessKey', kind);
  const ask = (method: 'GET' | 'POST', path: string, query: string, body = '') =>
    askApi({
      kind,
      method,
      url: `${base}${path}${query === '' ? '' : `?${query}`}`,
      headers: signed({ id, secret, host: new URL(base).host, method, path, query, body, at: now() }),
      ...(body === '' ? {} : { body }),
    });

  async function zoneOf(name: string): Promise<string> {
    for (const zone of zonesOf(name)) {
      const text = await ask('GET', '/2013-04-01/hostedzonesbyname', `dnsname=${zone}&maxitems=1`);
      const found = /<HostedZone>\s*<Id>\/hostedzone\/([A-Z0-9]+)<\/Id>\s*<Name>([^<]+)\.<\/Name>/.exec(text);
      if (found?.[1] !== undefined && found[2] === zone) return found[1];
    }
    throw noZone(kind, name);
  }

  async function change(
    zone: string,
    action: 'UPSERT' | 'DELETE',
    name: string,
    value: string,
  ): Promise<void> {
    await ask('POST', `/2013-04-01/hostedzone/${zone}/rrset`, '', changeBody(action, name, value));
  }

  return {
    async addText(name, value) {
      const zone = await zoneOf(name);
      await change(zone, 'UPSERT', name, value);
      return () => change(zone, 'DELETE', name, value);
    },
  };
}

function changeBody(action: string, name: string, value: string): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?><ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/">' +
    `<ChangeBatch><Changes><Change><Action>${action}</Action><ResourceRecordSet><Name>${name}.</Name>` +
    `<Type>TXT</Type><TTL>${textTtl}</TTL><ResourceRecords><ResourceRecord><Value>"${value}"</Value>` +
    '</ResourceRecord></ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch>' +
    '</ChangeResourceRecordSetsRequest>'
  );
}

interface Signing {
  id: string;
  secret: string;
  host: string;
  method: string;
  path: string;
  query: string;
  body: string;
  at: number;
  /** Default its own. */
  service?: string;
}

/** The headers that vouch for a request (AWS Signature Version 4). */
export function signed({ service = 'route53', ...request }: Signing): Record<string, string> {
  const { id, secret, host, method, path, query, body, at } = request;
  const time = `${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const canonical = [
    method,
    path,
    query,
    `host:${host}`,
    `x-amz-date:${time}`,
    '',
    'host;x-amz-date',
    sha256(body),
  ];
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical.join('\n'))].join('\n');
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return {
    'X-Amz-Date': time,
    'Content-Type': 'text/xml',
    Authorization: `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
