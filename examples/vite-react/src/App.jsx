import { useState } from 'react';

export default function App() {
  const [count, setCount] = useState(0);
  return (
    <main>
      <h1>Vite + React</h1>
      <p>A folder of files: Windlass serves it itself, and no process runs.</p>
      <button type="button" onClick={() => setCount((n) => n + 1)}>
        count is {count}
      </button>
      <p className="path">You are at {window.location.pathname}</p>
    </main>
  );
}
