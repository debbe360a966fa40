export const load = () => ({ release: process.env.WINDLASS_RELEASE });
