/** What setup.ts has found or installed: each tool, and the reason to skip what needs it. */
import { inject } from 'vitest';

const chromium = inject('chromium');
const python = inject('python');

/** Path of a browser; empty where there is none. */
export const executable: string = 'executable' in chromium ? chromium.executable : '';
export const noChromium: string | undefined = 'reason' in chromium ? chromium.reason : undefined;

/** Interpreter with the packages of requirements.txt; empty where there is none. */
export const interpreter: string = 'executable' in python ? python.executable : '';
export const noPython: string | undefined = 'reason' in python ? python.reason : undefined;

/** Why packages cannot be installed. */
export const noRegistry: string | undefined = inject('noRegistry') || undefined;
