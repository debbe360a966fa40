/** What this machine is called within containers that were told of it: their own loopback is another. */
export const machineHost = 'windlass.internal';
