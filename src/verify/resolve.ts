import { register } from 'node:module';

// For `node --import`: bundles import packages that are installed where they are deployed, not where they are verified.
register('./verify-resolve-hooks.mjs', import.meta.url);
