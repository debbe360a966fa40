export const dynamic = 'force-dynamic';

export function GET() {
  return Response.json({ hello: 'world', release: process.env.WINDLASS_RELEASE ?? 'dev' });
}
