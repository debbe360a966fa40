const express = require('express');
const { join } = require('node:path');

const app = express();
const notes = [{ id: 1, text: 'Deployed with Windlass' }];

app.use(express.json());
app.use(express.static(join(__dirname, 'public')));

app.get('/api/notes', (_request, response) => {
  response.json({ release: process.env.WINDLASS_RELEASE ?? 'dev', notes });
});

app.post('/api/notes', (request, response) => {
  const text = String(request.body?.text ?? '')
    .trim()
    .slice(0, 200);
  if (text === '') return response.status(400).json({ error: 'a note needs a text' });
  const note = { id: notes.length + 1, text };
  notes.push(note);
  if (notes.length > 50) notes.shift();
  response.status(201).json(note);
});

const server = app.listen(process.env.PORT ?? 3000, process.env.HOST ?? '127.0.0.1', () => {
  console.log('express-example listens on', server.address().port);
});
process.on('SIGTERM', () => server.close(() => process.exit(0)));
