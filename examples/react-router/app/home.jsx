export const loader = () => ({ release: process.env.WINDLASS_RELEASE });

export default function Home({ loaderData }) {
  return (
    <main>
      <h1>React Router on Windlass</h1>
      <p>release {loaderData.release}</p>
    </main>
  );
}
