/**
 * Tools that know nothing of neural models: errors, units, digests, folders replaced in one step, a cache by content.
 */
