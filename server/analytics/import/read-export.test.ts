import { expect, test } from 'bun:test';
import { csvRows } from './csv-rows.ts';
import { readExport } from './read-export.ts';

const day = Date.UTC(2026, 0, 31);

test('quotes_line_ends_and_comments_of_a_csv_are_read_as_they_are_meant', () => {
  expect([
    ...csvRows(
      '\ufeff# report\n# 20260101\n\nDate,"Page ""path""",Views\r\n20260131,"/a,b\nc",3\r\n20260201,,\r\n',
    ),
  ]).toEqual([
    { date: '20260131', page_path_: '/a,b\nc', views: '3' },
    { date: '20260201', page_path_: '', views: '' },
  ]);
});

test('plausibles_tables_become_sums_of_their_days', () => {
  const visitors =
    'date,visitors,pageviews,bounces,visits,visit_duration\n2026-01-31,10,30,4,12,600\nnonsense,1,1,1,1,1\n';
  expect(readExport(visitors)).toEqual([
    {
      day,
      dimension: '',
      key: '',
      visitors: 10,
      visits: 12,
      views: 30,
      events: 30,
      bounces: 4,
      duration: 600_000,
      viewsOfVisits: 30,
    },
  ]);
  const browsers =
    'date,browser,browser_version,visitors,visits,visit_duration,bounces,pageviews\n2026-01-31,Chrome,120,3,3,10,1,5\n2026-01-31,Chrome,121,2,2,0,1,4\n';
  expect(readExport(browsers)).toMatchObject([
    { dimension: 'browser', key: 'Chrome', visitors: 5, visits: 5, views: 9 },
  ]);
});

test('a_report_of_google_analytics_by_date_becomes_sums_of_its_days', () => {
  const report = '# ----\nDate,Page path,Active users,Sessions,Views\n20260131,/start,7,8,20\n';
  expect(readExport(report)).toMatchObject([
    { day, dimension: 'page', key: '/start', visitors: 7, visits: 8, views: 20 },
  ]);
});

test('umamis_events_are_counted_as_ours_are', () => {
  const head =
    'website_id,session_id,visit_id,hostname,browser,os,device,country,url_path,url_query,referrer_domain,event_name,created_at';
  const rows = [
    'w,s1,v1,shop.example,chrome,Windows 10,desktop,DE,/,utm_source=newsletter&utm_medium=email,,,2026-01-31 10:00:00',
    'w,s1,v1,shop.example,chrome,Windows 10,desktop,DE,/buy,,,,2026-01-31 10:01:00',
    'w,s1,v1,shop.example,chrome,Windows 10,desktop,DE,/buy,,,Purchase,2026-01-31 10:02:00',
    'w,s2,v2,shop.example,ios,iOS,mobile,FR,/,,google.com,,2026-01-31 11:00:00',
  ];
  const sums = readExport([head, ...rows].join('\n'));
  const of = (dimension: string) =>
    Object.fromEntries(
      sums
        .filter((sum) => sum.dimension === dimension)
        .map(({ key, visitors, views }) => [key, [visitors, views]]),
    );
  expect(of('')).toEqual({ '': [2, 3] });
  expect(of('channel')).toEqual({ Email: [1, 2], 'Organic Search': [1, 1] });
  expect(of('browser')).toEqual({ Chrome: [1, 2], Safari: [1, 1] });
  expect(of('goal')).toEqual({ Purchase: [1, 0] });
  expect(sums[0]).toMatchObject({ day, visits: 2, bounces: 1, duration: 120_000 });
});

test('what_is_no_export_is_refused_with_what_would_be_one', () => {
  expect(() => readExport('a,b\n1,2\n')).toThrow('no export of Plausible');
  expect(() => readExport('')).toThrow('no rows');
});
