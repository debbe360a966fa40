// Rendered for every request, so that the release it names is the one that answers.
export const dynamic = 'force-dynamic';

export default function Page() {
  return (
    <main>
      <h1>Next.js on Windlass</h1>
      <p>
        Release <b>{process.env.WINDLASS_RELEASE ?? 'dev'}</b>, rendered at {new Date().toISOString()}.
      </p>
      <p>
        There is a route handler, too: <a href="/api/hello">/api/hello</a>
      </p>
    </main>
  );
}
