export default defineEventHandler(() => ({ release: process.env.WINDLASS_RELEASE }));
