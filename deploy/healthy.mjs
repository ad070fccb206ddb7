// Whether the service of this container answers a health path: exit 0 or 1. Plain JavaScript, so that it starts quickly.
const { PORT = '3000' } = process.env;
const { ok } = await fetch(`http://127.0.0.1:${PORT}${process.argv[2]}`).catch(() => ({ ok: false }));
process.exit(ok ? 0 : 1);
